// Private endpoints, and the subnets through which the apps reach them. Telemetry and the Durable Task Scheduler stay public.
@description('Name of the network.')
@minLength(2)
@maxLength(64)
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Resource id of the storage account.')
param storageId string

@description('Resource id of the Service Bus namespace.')
param messagesId string

@description('Resource id of the vault.')
param vaultId string

@description('Addresses of the network; three /24 are taken of it.')
param addresses string = '10.90.0.0/16'

var services = [
  { name: 'blob', target: storageId, part: 'blob', zone: 'privatelink.blob.${environment().suffixes.storage}' }
  { name: 'queue', target: storageId, part: 'queue', zone: 'privatelink.queue.${environment().suffixes.storage}' }
  { name: 'table', target: storageId, part: 'table', zone: 'privatelink.table.${environment().suffixes.storage}' }
  { name: 'messages', target: messagesId, part: 'namespace', zone: 'privatelink.servicebus.windows.net' }
  { name: 'vault', target: vaultId, part: 'vault', zone: 'privatelink.vaultcore.azure.net' }
]

resource network 'Microsoft.Network/virtualNetworks@2023-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    addressSpace: { addressPrefixes: [addresses] }
    subnets: [
      {
        name: 'endpoints'
        properties: { addressPrefix: cidrSubnet(addresses, 24, 0), privateEndpointNetworkPolicies: 'Disabled' }
      }
      {
        name: 'app-default'
        properties: {
          addressPrefix: cidrSubnet(addresses, 24, 1)
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
      {
        name: 'app-fast'
        properties: {
          addressPrefix: cidrSubnet(addresses, 24, 2)
          delegations: [{ name: 'flex', properties: { serviceName: 'Microsoft.App/environments' } }]
        }
      }
    ]
  }
}

resource zones 'Microsoft.Network/privateDnsZones@2020-06-01' = [
  for service in services: {
    name: service.zone
    location: 'global'
    tags: tags
  }
]

resource links 'Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01' = [
  for (service, n) in services: {
    parent: zones[n]
    name: name
    location: 'global'
    tags: tags
    properties: {
      registrationEnabled: false
      virtualNetwork: { id: network.id }
    }
  }
]

resource endpoints 'Microsoft.Network/privateEndpoints@2023-11-01' = [
  for service in services: {
    name: '${name}-${service.name}'
    location: location
    tags: tags
    properties: {
      subnet: { id: network.properties.subnets[0].id }
      privateLinkServiceConnections: [
        { name: service.name, properties: { privateLinkServiceId: service.target, groupIds: [service.part] } }
      ]
    }
  }
]

resource records 'Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2023-11-01' = [
  for (service, n) in services: {
    parent: endpoints[n]
    name: 'default'
    properties: {
      privateDnsZoneConfigs: [{ name: service.name, properties: { privateDnsZoneId: zones[n].id } }]
    }
  }
]

output appSubnetId string = network.properties.subnets[1].id
output fastSubnetId string = network.properties.subnets[2].id
