// The workbook: its queries are those of queries/*.kql and of docs/azure.md, which a test holds.
@description('How it is called in the portal.')
param displayName string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Workspace that it reads.')
param workspaceId string

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'updraft-workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: displayName
    category: 'workbook'
    sourceId: workspaceId
    serializedData: replace(loadTextContent('workbook.json'), '__WORKSPACE__', workspaceId)
    version: '1.0'
  }
}

output id string = workbook.id
