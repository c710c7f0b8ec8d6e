// What somebody is to be told of. The queries read what Updraft itself measures (AppMetrics); dead letters and stuck messages are Service Bus's
// own metrics, so that they are told of also while no app runs.
@description('How the names of the alerts begin.')
param prefix string

@description('Region.')
param location string

@description('Tags.')
param tags object

@description('Workspace that the queries read.')
param workspaceId string

@description('Resource id of the Service Bus namespace.')
param messagesId string

@description('Queue of run requests.')
param queueName string

@description('Lanes that must show signs of life.')
param lanes array

@description('Who is told by mail; empty for nobody.')
param email string

@description('Task lag in seconds from which an alert is raised.')
param taskLagSeconds int

// Each query gives a row per thing that is wrong, with how wrong it is in the column Value.
var rules = [
  {
    name: 'heartbeat-lost'
    severity: 0
    description: 'A lane has shown no sign of life for ten minutes: nothing starts there.'
    query: replace(loadTextContent('queries/heartbeat-lost.kql'), 'dynamic(["default"])', 'dynamic(${string(lanes)})')
    by: 'Lane'
    threshold: 0
    window: 'PT10M'
    often: 'PT5M'
  }
  {
    name: 'storage-failing'
    severity: 0
    description: 'Documents cannot be read or written.'
    query: loadTextContent('queries/storage-failing.kql')
    by: 'App'
    threshold: 0
    window: 'PT5M'
    often: 'PT5M'
  }
  {
    name: 'task-lag'
    severity: 2
    description: 'Tasks start late, and no limit of yours is the reason.'
    query: loadTextContent('queries/task-lag.kql')
    by: 'Dag'
    threshold: taskLagSeconds
    window: 'PT15M'
    often: 'PT5M'
  }
  {
    name: 'runs-failed'
    severity: 2
    description: 'Runs of a DAG have failed.'
    query: loadTextContent('queries/runs-failed.kql')
    by: 'Dag'
    threshold: 0
    window: 'PT15M'
    often: 'PT5M'
  }
  {
    name: 'deadline-missed'
    severity: 2
    description: 'A run or a task is later than its due.'
    query: loadTextContent('queries/deadline-missed.kql')
    by: 'Dag'
    threshold: 0
    window: 'PT15M'
    often: 'PT5M'
  }
  {
    name: 'set-aside'
    severity: 1
    description: 'A run was set aside by a defect, and nothing drives it any more.'
    query: loadTextContent('queries/set-aside.kql')
    by: 'Kind'
    threshold: 0
    window: 'PT15M'
    often: 'PT5M'
  }
  {
    name: 'queue-old'
    severity: 2
    description: 'The oldest message has waited for more than ten minutes.'
    query: loadTextContent('queries/queue-old.kql')
    by: 'App'
    threshold: 600
    window: 'PT10M'
    often: 'PT5M'
  }
]

resource people 'Microsoft.Insights/actionGroups@2024-10-01-preview' = {
  name: '${prefix}-people'
  location: 'global'
  tags: tags
  properties: {
    enabled: true
    groupShortName: 'updraft'
    emailReceivers: email != '' ? [{ name: 'mail', emailAddress: email, useCommonAlertSchema: true }] : []
  }
}

resource logAlerts 'Microsoft.Insights/scheduledQueryRules@2025-01-01-preview' = [
  for rule in rules: {
    name: '${prefix}-${rule.name}'
    location: location
    tags: tags
    kind: 'LogAlert'
    properties: {
      displayName: '${prefix}: ${rule.name}'
      description: rule.description
      severity: rule.severity
      enabled: true
      scopes: [workspaceId]
      evaluationFrequency: rule.often
      windowSize: rule.window
      autoMitigate: true
      // A table appears with its first row: a rule is made before any app has sent one.
      skipQueryValidation: true
      criteria: {
        allOf: [
          {
            query: rule.query
            metricMeasureColumn: 'Value'
            timeAggregation: 'Maximum'
            operator: 'GreaterThan'
            threshold: rule.threshold
            dimensions: [{ name: rule.by, operator: 'Include', values: ['*'] }]
            failingPeriods: { numberOfEvaluationPeriods: 1, minFailingPeriodsToAlert: 1 }
          }
        ]
      }
      actions: { actionGroups: [people.id] }
    }
  }
]

resource deadLetters 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${prefix}-dead-letters'
  location: 'global'
  tags: tags
  properties: {
    description: 'Messages could not be handled and were put aside.'
    severity: 2
    enabled: true
    scopes: [messagesId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT5M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'dead'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'DeadletteredMessages'
          dimensions: [{ name: 'EntityName', operator: 'Include', values: ['*'] }]
          timeAggregation: 'Maximum'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [{ actionGroupId: people.id }]
  }
}

// Service Bus does not tell how old a message is. Where the queue was never empty for a quarter of an hour, it fills faster than it is emptied, or
// nobody empties it.
resource queueStuck 'Microsoft.Insights/metricAlerts@2018-03-01' = {
  name: '${prefix}-queue-stuck'
  location: 'global'
  tags: tags
  properties: {
    description: 'The queue of run requests was not empty once for a quarter of an hour.'
    severity: 1
    enabled: true
    scopes: [messagesId]
    evaluationFrequency: 'PT5M'
    windowSize: 'PT15M'
    autoMitigate: true
    criteria: {
      'odata.type': 'Microsoft.Azure.Monitor.SingleResourceMultipleMetricCriteria'
      allOf: [
        {
          name: 'waiting'
          criterionType: 'StaticThresholdCriterion'
          metricNamespace: 'Microsoft.ServiceBus/namespaces'
          metricName: 'ActiveMessages'
          dimensions: [{ name: 'EntityName', operator: 'Include', values: [queueName] }]
          timeAggregation: 'Minimum'
          operator: 'GreaterThan'
          threshold: 0
        }
      ]
    }
    actions: [{ actionGroupId: people.id }]
  }
}

output actionGroupId string = people.id
