// One account: documents and blobs of runs, the task hubs of Durable Functions, and the packages of the apps.
@description('Name of the account.')
@minLength(3)
@maxLength(24)
param name string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Redundancy.')
param sku string

@description('Container of documents, logs, outputs and files.')
param documents string

@description('Lanes: each app has its own container for its package.')
param lanes array

@description('Days after which what retention has left behind is removed.')
param leftoverDays int

@description('Whether only private endpoints reach it.')
param privateNetwork bool

@description('Workspace to which metrics go.')
param workspaceId string

resource account 'Microsoft.Storage/storageAccounts@2025-06-01' = {
  name: name
  location: location
  tags: tags
  kind: 'StorageV2'
  sku: { name: sku }
  properties: {
    accessTier: 'Hot'
    allowBlobPublicAccess: false
    allowSharedKeyAccess: false
    allowCrossTenantReplication: false
    defaultToOAuthAuthentication: true
    minimumTlsVersion: 'TLS1_2'
    supportsHttpsTrafficOnly: true
    publicNetworkAccess: privateNetwork ? 'Disabled' : 'Enabled'
    networkAcls: {
      bypass: 'AzureServices'
      defaultAction: privateNetwork ? 'Deny' : 'Allow'
    }
  }
}

// No versions and no soft delete of blobs: documents are written again all the time, and each write would be kept, billed, and in the way of lists,
// which Updraft lives by. A container that was deleted by mistake can be had back.
resource blobs 'Microsoft.Storage/storageAccounts/blobServices@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    isVersioningEnabled: false
    deleteRetentionPolicy: { enabled: false }
    containerDeleteRetentionPolicy: { enabled: true, days: 14 }
  }
}

resource documentContainer 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = {
  parent: blobs
  name: documents
  properties: { publicAccess: 'None' }
}

resource packageContainers 'Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01' = [
  for lane in lanes: {
    parent: blobs
    name: 'package-${lane}'
    properties: { publicAccess: 'None' }
  }
]

// Updraft removes what a DAG's retention no longer wants, hour by hour. These rules remove what it could not, as the blobs of a run whose
// documents were lost. They never touch state documents, which have no age at which they are worthless, nor the packages, from which an app
// starts months after it was deployed.
resource lifecycle 'Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01' = {
  parent: account
  name: 'default'
  properties: {
    policy: {
      rules: [
        {
          name: 'leftovers-of-runs'
          enabled: true
          type: 'Lifecycle'
          definition: {
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: leftoverDays } } }
            filters: {
              blobTypes: ['blockBlob', 'appendBlob']
              prefixMatch: ['${documents}/blobs/logs/', '${documents}/blobs/outputs/', '${documents}/blobs/files/']
            }
          }
        }
        {
          name: 'payloads-of-the-scheduler'
          enabled: true
          type: 'Lifecycle'
          definition: {
            actions: { baseBlob: { delete: { daysAfterModificationGreaterThan: leftoverDays } } }
            filters: {
              blobTypes: ['blockBlob']
              prefixMatch: ['durabletask-payloads/']
            }
          }
        }
      ]
    }
  }
}

resource diagnostics 'Microsoft.Insights/diagnosticSettings@2021-05-01-preview' = {
  name: 'to-workspace'
  scope: blobs
  properties: {
    workspaceId: workspaceId
    metrics: [
      { category: 'Transaction', enabled: true }
      { category: 'Capacity', enabled: true }
    ]
  }
}

output id string = account.id
output name string = account.name
output blobUri string = account.properties.primaryEndpoints.blob
