// Everything that Updraft needs on Azure. Plain resources in small modules and no registry's modules: nothing is fetched at deployment, each
// property that is set stands here, and tests/Infra.Tests can read all of it.
targetScope = 'subscription'

@description('Name of the environment, as in prod; resources are named and tagged by it.')
@minLength(1)
@maxLength(32)
param environmentName string

@description('Region of all resources; Flex Consumption must be offered there.')
param location string

@description('The first key, for an admin, as ID:HASH: its id and the SHA-256 of all of it, which are no secrets. Empty for none.')
param adminKeyHash string = ''

@description('Whether a second app does the work of the lane fast, with a task hub of its own over the same storage.')
param fastLane bool = false

@description('Where Durable Functions keeps its state: AzureStorage, or DurableTaskScheduler. Runs under way do not move from one to the other.')
@allowed(['AzureStorage', 'DurableTaskScheduler'])
param backend string = 'AzureStorage'

@description('Plan of the scheduler: Consumption or Dedicated.')
@allowed(['Consumption', 'Dedicated'])
param schedulerSku string = 'Consumption'

@description('Capacity units of a dedicated scheduler; 3 for high availability.')
@minValue(1)
@maxValue(3)
param schedulerCapacity int = 1

@description('Memory of an instance in MB.')
@allowed([512, 2048, 4096])
param instanceMemoryMB int = 2048

@description('Most instances of an app.')
@minValue(40)
@maxValue(1000)
param maximumInstanceCount int = 100

@description('Instances for Durable work that are always there, of each app; 0 for none, which lets tasks wait for cold starts.')
@minValue(0)
@maxValue(20)
param alwaysReady int = 1

@description('Redundancy of the storage account, as in Standard_ZRS; Standard_GZRS keeps a copy in another region.')
@allowed(['Standard_LRS', 'Standard_ZRS', 'Standard_GRS', 'Standard_GZRS', 'Standard_RAGZRS'])
param storageSku string = 'Standard_ZRS'

@description('Days after which logs, outputs and files of runs are removed that Updraft has left. Longer than any retention and any run.')
@minValue(90)
@maxValue(3650)
param leftoverDays int = 400

@description('Days for which Log Analytics keeps telemetry.')
@minValue(30)
@maxValue(730)
param telemetryDays int = 30

@description('Gigabytes of telemetry a day, after which no more is taken until the next; -1 for no limit.')
param telemetryDailyGb int = -1

@description('Who is told of alerts by mail; empty for nobody: alerts are then only listed.')
param alertEmail string = ''

@description('Task lag in seconds, as a mean of 15 minutes of a DAG, from which an alert is raised.')
@minValue(1)
param taskLagSeconds int = 30

@description('Whether storage, Service Bus and Key Vault are reached by private endpoints alone. Service Bus is then of its premium tier.')
param privateNetwork bool = false

@description('Client id of an app registration of Entra ID by which people sign in; empty for keys alone.')
param signInClientId string = ''

@description('Whether tasks may call private and loopback addresses: allow or refuse.')
@allowed(['allow', 'refuse'])
param httpPrivate string = 'allow'

@description('Megabytes of an instance\'s disk that unpacked packages of DAGs may take, beside those in use.')
@minValue(0)
param packageCacheMb int = 256

@description('What is kept of runs where their DAG does not say, as in { runs: \'30d\' }; empty for Updraft\'s own policy (docs/operations.md).')
param retention object = {}

@description('Prices for the report of costs, as in { millionActions: 1 }; empty for examples (docs/monitoring.md).')
param prices object = {}

@description('Tags of all resources, besides those of azd.')
param extraTags object = {}

var token = uniqueString(subscription().id, environmentName, location)
var tags = union(extraTags, { 'azd-env-name': environmentName })
var usesScheduler = backend == 'DurableTaskScheduler'
var lanes = fastLane ? ['default', 'fast'] : ['default']
var documents = 'updraft'
var defaultName = 'func-default-${token}'
var fastName = 'func-fast-${token}'
// Hub names are letters and digits. A new hub is a new beginning: never change these while runs are under way.
var defaultHub = 'updraftdefault'
var fastHub = 'updraftfast'

resource group 'Microsoft.Resources/resourceGroups@2024-03-01' = {
  name: 'rg-updraft-${environmentName}'
  location: location
  tags: tags
}

module identity 'app/identity.bicep' = {
  name: 'identity'
  scope: group
  params: {
    name: 'id-${token}'
    location: location
    tags: tags
  }
}

module workspace 'monitor/workspace.bicep' = {
  name: 'workspace'
  scope: group
  params: {
    workspaceName: 'log-${token}'
    insightsName: 'appi-${token}'
    location: location
    tags: tags
    retentionDays: telemetryDays
    dailyGb: telemetryDailyGb
  }
}

module storage 'app/storage.bicep' = {
  name: 'storage'
  scope: group
  params: {
    name: 'st${token}'
    location: location
    tags: tags
    sku: storageSku
    documents: documents
    lanes: lanes
    leftoverDays: leftoverDays
    privateNetwork: privateNetwork
    workspaceId: workspace.outputs.workspaceId
  }
}

module messages 'app/messages.bicep' = {
  name: 'messages'
  scope: group
  params: {
    name: 'sb-${token}'
    location: location
    tags: tags
    privateNetwork: privateNetwork
    workspaceId: workspace.outputs.workspaceId
  }
}

module vault 'app/vault.bicep' = {
  name: 'vault'
  scope: group
  params: {
    name: 'kv-${token}'
    location: location
    tags: tags
    privateNetwork: privateNetwork
    workspaceId: workspace.outputs.workspaceId
  }
}

module scheduler 'app/scheduler.bicep' = if (usesScheduler) {
  name: 'scheduler'
  scope: group
  params: {
    name: 'dts-${token}'
    location: location
    tags: tags
    sku: schedulerSku
    capacity: schedulerCapacity
    hubs: fastLane ? [defaultHub, fastHub] : [defaultHub]
  }
}

module network 'app/network.bicep' = if (privateNetwork) {
  name: 'network'
  scope: group
  params: {
    name: 'vnet-${token}'
    location: location
    tags: tags
    storageId: storage.outputs.id
    messagesId: messages.outputs.id
    vaultId: vault.outputs.id
  }
}

module access 'app/access.bicep' = {
  name: 'access'
  scope: group
  params: {
    identityPrincipalId: identity.outputs.principalId
    storageName: storage.outputs.name
    messagesName: messages.outputs.name
    vaultName: vault.outputs.name
    insightsName: workspace.outputs.insightsName
    schedulerName: usesScheduler ? scheduler!.outputs.name : 'none'
  }
}

module defaultApp 'app/function.bicep' = {
  name: 'app-default'
  scope: group
  params: {
    name: defaultName
    planName: 'plan-default-${token}'
    location: location
    tags: tags
    lane: 'default'
    taskHub: defaultHub
    defaultTaskHub: defaultHub
    fastTaskHub: fastLane ? fastHub : defaultHub
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageName: storage.outputs.name
    documents: documents
    messagesHost: messages.outputs.host
    queueName: messages.outputs.queueName
    topicName: messages.outputs.topicName
    subscriptionName: messages.outputs.subscriptionName
    vaultUri: vault.outputs.uri
    adminKeyHash: adminKeyHash
    insightsConnection: workspace.outputs.insightsConnection
    schedulerEndpoint: usesScheduler ? scheduler!.outputs.endpoint : ''
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReady: alwaysReady
    subnetId: privateNetwork ? network!.outputs.appSubnetId : ''
    signInClientId: signInClientId
    httpPrivate: httpPrivate
    packageCacheMb: packageCacheMb
    retention: retention
    prices: prices
    workspaceId: workspace.outputs.workspaceId
  }
  dependsOn: [access]
}

module fastApp 'app/function.bicep' = if (fastLane) {
  name: 'app-fast'
  scope: group
  params: {
    name: fastName
    planName: 'plan-fast-${token}'
    location: location
    tags: tags
    lane: 'fast'
    taskHub: fastHub
    defaultTaskHub: defaultHub
    fastTaskHub: fastHub
    identityId: identity.outputs.id
    identityClientId: identity.outputs.clientId
    storageName: storage.outputs.name
    documents: documents
    messagesHost: messages.outputs.host
    queueName: messages.outputs.queueName
    topicName: messages.outputs.topicName
    subscriptionName: messages.outputs.subscriptionName
    vaultUri: vault.outputs.uri
    adminKeyHash: adminKeyHash
    insightsConnection: workspace.outputs.insightsConnection
    schedulerEndpoint: usesScheduler ? scheduler!.outputs.endpoint : ''
    instanceMemoryMB: instanceMemoryMB
    maximumInstanceCount: maximumInstanceCount
    alwaysReady: alwaysReady
    subnetId: privateNetwork ? network!.outputs.fastSubnetId : ''
    signInClientId: signInClientId
    httpPrivate: httpPrivate
    packageCacheMb: packageCacheMb
    retention: retention
    prices: prices
    workspaceId: workspace.outputs.workspaceId
  }
  dependsOn: [access]
}

module alerts 'monitor/alerts.bicep' = {
  name: 'alerts'
  scope: group
  params: {
    prefix: 'updraft-${environmentName}'
    location: location
    tags: tags
    workspaceId: workspace.outputs.workspaceId
    messagesId: messages.outputs.id
    queueName: messages.outputs.queueName
    lanes: lanes
    email: alertEmail
    taskLagSeconds: taskLagSeconds
  }
}

module workbook 'monitor/workbook.bicep' = {
  name: 'workbook'
  scope: group
  params: {
    displayName: 'Updraft ${environmentName}'
    location: location
    tags: tags
    workspaceId: workspace.outputs.workspaceId
  }
}

// azure.yaml and docs/azure.md use these; azd keeps them as values of its environment.
output AZURE_RESOURCE_GROUP string = group.name
output AZURE_LOCATION string = location
output SERVICE_DEFAULT_NAME string = defaultApp.outputs.name
// Without a second app the package goes to the one app a second time, which changes nothing.
output SERVICE_FAST_NAME string = fastLane ? fastApp!.outputs.name : defaultApp.outputs.name
output UPDRAFT_URL string = defaultApp.outputs.url
output UPDRAFT_STORAGE string = storage.outputs.blobUri
output UPDRAFT_STORAGE_NAME string = storage.outputs.name
output UPDRAFT_SERVICE_BUS string = messages.outputs.host
output UPDRAFT_VAULT_NAME string = vault.outputs.name
output UPDRAFT_WORKSPACE_ID string = workspace.outputs.customerId
