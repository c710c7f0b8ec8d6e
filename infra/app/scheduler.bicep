// The Durable Task Scheduler, where it keeps the state of orchestrations instead of the storage account.
@description('Name of the scheduler.')
@minLength(3)
@maxLength(64)
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Consumption or Dedicated.')
param sku string

@description('Capacity units, where it is dedicated.')
param capacity int

@description('Task hubs: one of each app.')
param hubs array

resource scheduler 'Microsoft.DurableTask/schedulers@2025-11-01' = {
  name: name
  location: location
  tags: tags
  properties: {
    ipAllowlist: ['0.0.0.0/0']
    sku: sku == 'Dedicated' ? { name: 'Dedicated', capacity: capacity } : { name: 'Consumption' }
  }
}

resource taskHubs 'Microsoft.DurableTask/schedulers/taskHubs@2025-11-01' = [
  for hub in hubs: {
    parent: scheduler
    name: hub
    properties: {}
  }
]

output name string = scheduler.name
output endpoint string = scheduler.properties.endpoint
