// One app for one lane. A Flex Consumption plan holds one app, so each has its own.
@description('Name of the app.')
@minLength(2)
@maxLength(60)
param name string

@description('Name of its plan.')
@minLength(1)
@maxLength(40)
param planName string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('The lane whose work it does; azd deploys to it the service of this name.')
param lane string

@description('Its task hub.')
@minLength(3)
@maxLength(45)
param taskHub string

@description('The task hub of the lane default.')
param defaultTaskHub string

@description('The task hub of the lane fast.')
param fastTaskHub string

@description('Resource id of the identity.')
param identityId string

@description('Client id of the identity.')
param identityClientId string

@description('Name of the storage account.')
param storageName string

@description('Container of documents and blobs.')
param documents string

@description('Host name of the Service Bus namespace.')
param messagesHost string

@description('Queue of run requests.')
param queueName string

@description('Topic of events to runs.')
param topicName string

@description('Subscription of the topic.')
param subscriptionName string

@description('URL of the vault.')
param vaultUri string

@description('The first key as ID:HASH; empty for none.')
param adminKeyHash string

@description('Where telemetry goes. It names the place and lets nobody in: local authentication is off.')
param insightsConnection string

@description('Endpoint of the Durable Task Scheduler; empty where Durable Functions keeps its state in the storage account.')
param schedulerEndpoint string

@description('Memory of an instance in MB.')
param instanceMemoryMB int

@description('Most instances.')
param maximumInstanceCount int

@description('Instances for Durable work that are always there.')
param alwaysReady int

@description('How a new package takes over: Recreate ends what is at work, which is then tried again; RollingUpdate, a preview, lets it end for up to an hour.')
@allowed(['Recreate', 'RollingUpdate'])
param updateStrategy string = 'Recreate'

@description('Subnet through which it calls; empty for none.')
param subnetId string

@description('Client id of the app registration by which people sign in; empty for keys alone.')
param signInClientId string

@description('allow or refuse: whether tasks may call private addresses.')
param httpPrivate string

@description('Megabytes of the disk that unpacked packages of DAGs may take.')
param packageCacheMb int

@description('What is kept of runs; empty for the policy that Updraft has.')
param retention object

@description('Prices for the report of costs; empty for examples.')
param prices object

@description('Workspace to which platform metrics go.')
param workspaceId string

resource storage 'Microsoft.Storage/storageAccounts@2025-06-01' existing = {
  name: storageName
}

resource plan 'Microsoft.Web/serverfarms@2025-03-01' = {
  name: planName
  location: location
  tags: tags
  kind: 'functionapp'
  sku: { name: 'FC1', tier: 'FlexConsumption' }
  properties: { reserved: true }
}

resource app 'Microsoft.Web/sites@2025-03-01' = {
  name: name
  location: location
  tags: union(tags, { 'azd-service-name': lane })
  kind: 'functionapp,linux'
  identity: {
    type: 'UserAssigned'
    userAssignedIdentities: { '${identityId}': {} }
  }
  properties: {
    serverFarmId: plan.id
    httpsOnly: true
    virtualNetworkSubnetId: subnetId != '' ? subnetId : null
    siteConfig: { minTlsVersion: '1.2' }
    functionAppConfig: {
      deployment: {
        storage: {
          type: 'blobContainer'
          value: '${storage.properties.primaryEndpoints.blob}package-${lane}'
          authentication: {
            type: 'UserAssignedIdentity'
            userAssignedIdentityResourceId: identityId
          }
        }
      }
      scaleAndConcurrency: {
        instanceMemoryMB: instanceMemoryMB
        maximumInstanceCount: maximumInstanceCount
        alwaysReady: alwaysReady > 0 ? [{ name: 'durable', instanceCount: alwaysReady }] : []
      }
      runtime: { name: 'dotnet-isolated', version: '10.0' }
      siteUpdateStrategy: { type: updateStrategy }
    }
  }
}

// The runtime stands in functionAppConfig: on Flex Consumption it may not be an app setting.
var settings = {
  AzureWebJobsStorage__blobServiceUri: storage.properties.primaryEndpoints.blob
  AzureWebJobsStorage__queueServiceUri: storage.properties.primaryEndpoints.queue
  AzureWebJobsStorage__tableServiceUri: storage.properties.primaryEndpoints.table
  AzureWebJobsStorage__credential: 'managedidentity'
  AzureWebJobsStorage__clientId: identityClientId
  APPLICATIONINSIGHTS_CONNECTION_STRING: insightsConnection
  APPLICATIONINSIGHTS_AUTHENTICATION_STRING: 'ClientId=${identityClientId};Authorization=AAD'
  ServiceBusConnection__fullyQualifiedNamespace: messagesHost
  ServiceBusConnection__credential: 'managedidentity'
  ServiceBusConnection__clientId: identityClientId
  AZURE_CLIENT_ID: identityClientId
  TASKHUB_NAME: taskHub
  UPDRAFT_LANE: lane
  UPDRAFT_DEFAULT_TASKHUB: defaultTaskHub
  UPDRAFT_FAST_TASKHUB: fastTaskHub
  UPDRAFT_STORAGE: storage.properties.primaryEndpoints.blob
  UPDRAFT_CONTAINER: documents
  UPDRAFT_QUEUE: queueName
  UPDRAFT_EVENTS_TOPIC: topicName
  UPDRAFT_EVENTS_SUBSCRIPTION: subscriptionName
  UPDRAFT_ADMIN_KEY_HASH: adminKeyHash
  UPDRAFT_PLATFORM_SIGN_IN: signInClientId != '' ? 'true' : 'false'
  UPDRAFT_KEYVAULT: vaultUri
  UPDRAFT_KEYVAULT_IDENTITY: identityClientId
  UPDRAFT_HTTP_PRIVATE: httpPrivate
  UPDRAFT_PACKAGE_CACHE_MB: string(packageCacheMb)
  UPDRAFT_RETENTION: empty(retention) ? '' : string(retention)
  UPDRAFT_PRICES: empty(prices) ? '' : string(prices)
}

// host.json says Azure Storage, so that it also runs locally; these settings put the scheduler in its place.
var schedulerSettings = schedulerEndpoint != '' ? {
  DURABLE_TASK_SCHEDULER_CONNECTION_STRING: 'Endpoint=${schedulerEndpoint};Authentication=ManagedIdentity;ClientID=${identityClientId}'
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__type: 'azureManaged'
  AzureFunctionsJobHost__extensions__durableTask__storageProvider__connectionStringName: 'DURABLE_TASK_SCHEDULER_CONNECTION_STRING'
} : {}

resource appSettings 'Microsoft.Web/sites/config@2025-03-01' = {
  parent: app
  name: 'appsettings'
  properties: union(settings, schedulerSettings)
  // An app that is told to trust the platform's sign-in does not start before there is one.
  dependsOn: [signIn]
}

// Whoever is not signed in still comes through, with a key of Updraft or to /health; Updraft decides.
resource signIn 'Microsoft.Web/sites/config@2025-03-01' = if (signInClientId != '') {
  parent: app
  name: 'authsettingsV2'
  properties: {
    platform: { enabled: true }
    globalValidation: { requireAuthentication: false, unauthenticatedClientAction: 'AllowAnonymous' }
    identityProviders: {
      azureActiveDirectory: {
        enabled: true
        registration: {
          clientId: signInClientId
          openIdIssuer: '${environment().authentication.loginEndpoint}${tenant().tenantId}/v2.0'
        }
        validation: { allowedAudiences: [signInClientId, 'api://${signInClientId}'] }
      }
    }
    login: { tokenStore: { enabled: false } }
  }
}

// Its logs are in Application Insights already.
resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: app
  properties: {
    workspaceId: workspaceId
    metrics: [{ category: 'AllMetrics', enabled: true }]
  }
}

output name string = app.name
output url string = 'https://${app.properties.defaultHostName}'
