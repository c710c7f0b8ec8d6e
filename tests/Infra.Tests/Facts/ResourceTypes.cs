namespace Updraft.Infra.Tests.Facts;

/// <summary>
/// The types of resources that <c>infra/</c> may use: each in one version, with the properties that may be set, as the verified modules and samples
/// of Azure set them. What a path ends with <c>.*</c> has names of its own choice below it. A compiler would know all of it; there is none here.
/// </summary>
internal static class ResourceTypes
{
    private static readonly string[] Always = ["name", "location", "tags.*", "parent", "scope", "dependsOn"];

    private static readonly Dictionary<string, string> Known = new(StringComparer.Ordinal)
    {
        ["Microsoft.Resources/resourceGroups@2024-03-01"] = "",
        ["Microsoft.ManagedIdentity/userAssignedIdentities@2024-11-30"] = "",
        ["Microsoft.Authorization/roleAssignments@2022-04-01"] = "properties.roleDefinitionId properties.principalId properties.principalType",
        ["Microsoft.Storage/storageAccounts@2025-06-01"] = """
            kind sku.name properties.accessTier properties.allowBlobPublicAccess properties.allowSharedKeyAccess properties.allowCrossTenantReplication
            properties.defaultToOAuthAuthentication properties.minimumTlsVersion properties.supportsHttpsTrafficOnly properties.publicNetworkAccess
            properties.networkAcls.bypass properties.networkAcls.defaultAction
            """,
        ["Microsoft.Storage/storageAccounts/blobServices@2025-06-01"] = """
            properties.isVersioningEnabled properties.deleteRetentionPolicy.enabled properties.containerDeleteRetentionPolicy.enabled
            properties.containerDeleteRetentionPolicy.days
            """,
        ["Microsoft.Storage/storageAccounts/blobServices/containers@2025-06-01"] = "properties.publicAccess",
        ["Microsoft.Storage/storageAccounts/managementPolicies@2025-06-01"] = """
            properties.policy.rules.name properties.policy.rules.enabled properties.policy.rules.type
            properties.policy.rules.definition.actions.baseBlob.delete.daysAfterModificationGreaterThan
            properties.policy.rules.definition.filters.blobTypes properties.policy.rules.definition.filters.prefixMatch
            """,
        ["Microsoft.ServiceBus/namespaces@2024-01-01"] = """
            sku.name sku.tier sku.capacity properties.disableLocalAuth properties.minimumTlsVersion properties.publicNetworkAccess
            """,
        ["Microsoft.ServiceBus/namespaces/queues@2024-01-01"] = """
            properties.requiresDuplicateDetection properties.duplicateDetectionHistoryTimeWindow properties.lockDuration properties.maxDeliveryCount
            properties.defaultMessageTimeToLive properties.deadLetteringOnMessageExpiration properties.maxSizeInMegabytes
            """,
        ["Microsoft.ServiceBus/namespaces/topics@2024-01-01"] = """
            properties.requiresDuplicateDetection properties.duplicateDetectionHistoryTimeWindow properties.defaultMessageTimeToLive
            properties.supportOrdering properties.maxSizeInMegabytes
            """,
        ["Microsoft.ServiceBus/namespaces/topics/subscriptions@2024-01-01"] = """
            properties.requiresSession properties.lockDuration properties.maxDeliveryCount properties.defaultMessageTimeToLive
            properties.deadLetteringOnMessageExpiration properties.deadLetteringOnFilterEvaluationExceptions
            """,
        ["Microsoft.DurableTask/schedulers@2025-11-01"] = "properties.ipAllowlist properties.sku.name properties.sku.capacity",
        ["Microsoft.DurableTask/schedulers/taskHubs@2025-11-01"] = "properties",
        ["Microsoft.KeyVault/vaults@2024-11-01"] = """
            properties.tenantId properties.sku.family properties.sku.name properties.enableRbacAuthorization properties.enablePurgeProtection
            properties.enableSoftDelete properties.softDeleteRetentionInDays properties.publicNetworkAccess properties.networkAcls.bypass
            properties.networkAcls.defaultAction
            """,
        ["Microsoft.Web/serverfarms@2025-03-01"] = "kind sku.name sku.tier properties.reserved",
        ["Microsoft.Web/sites@2025-03-01"] = """
            kind identity.type identity.userAssignedIdentities.* properties.serverFarmId properties.httpsOnly properties.virtualNetworkSubnetId
            properties.siteConfig.minTlsVersion
            properties.functionAppConfig.deployment.storage.type properties.functionAppConfig.deployment.storage.value
            properties.functionAppConfig.deployment.storage.authentication.type
            properties.functionAppConfig.deployment.storage.authentication.userAssignedIdentityResourceId
            properties.functionAppConfig.scaleAndConcurrency.instanceMemoryMB properties.functionAppConfig.scaleAndConcurrency.maximumInstanceCount
            properties.functionAppConfig.scaleAndConcurrency.alwaysReady.name properties.functionAppConfig.scaleAndConcurrency.alwaysReady.instanceCount
            properties.functionAppConfig.scaleAndConcurrency.alwaysReady
            properties.functionAppConfig.runtime.name properties.functionAppConfig.runtime.version properties.functionAppConfig.siteUpdateStrategy.type
            """,
        ["Microsoft.Web/sites/config@2025-03-01"] = """
            properties.* properties.platform.enabled properties.globalValidation.requireAuthentication
            properties.globalValidation.unauthenticatedClientAction properties.identityProviders.azureActiveDirectory.enabled
            properties.identityProviders.azureActiveDirectory.registration.clientId
            properties.identityProviders.azureActiveDirectory.registration.openIdIssuer
            properties.identityProviders.azureActiveDirectory.validation.allowedAudiences properties.login.tokenStore.enabled
            """,
        ["Microsoft.OperationalInsights/workspaces@2025-07-01"] = """
            properties.sku.name properties.retentionInDays properties.workspaceCapping.dailyQuotaGb
            properties.features.enableLogAccessUsingOnlyResourcePermissions
            """,
        ["Microsoft.Insights/components@2020-02-02"] = "kind properties.Application_Type properties.WorkspaceResourceId properties.DisableLocalAuth",
        ["Microsoft.Insights/diagnosticSettings@2021-05-01-preview"] = """
            properties.workspaceId properties.logs.categoryGroup properties.logs.enabled properties.metrics.category properties.metrics.enabled
            """,
        ["Microsoft.Insights/workbooks@2023-06-01"] = """
            kind properties.displayName properties.category properties.sourceId properties.serializedData properties.version
            """,
        ["Microsoft.Insights/actionGroups@2024-10-01-preview"] = """
            properties.enabled properties.groupShortName properties.emailReceivers properties.emailReceivers.name
            properties.emailReceivers.emailAddress properties.emailReceivers.useCommonAlertSchema
            """,
        ["Microsoft.Insights/scheduledQueryRules@2025-01-01-preview"] = """
            kind properties.displayName properties.description properties.severity properties.enabled properties.scopes
            properties.evaluationFrequency properties.windowSize properties.autoMitigate properties.skipQueryValidation
            properties.criteria.allOf.query properties.criteria.allOf.metricMeasureColumn properties.criteria.allOf.timeAggregation
            properties.criteria.allOf.operator properties.criteria.allOf.threshold properties.criteria.allOf.dimensions.name
            properties.criteria.allOf.dimensions.operator properties.criteria.allOf.dimensions.values
            properties.criteria.allOf.failingPeriods.numberOfEvaluationPeriods properties.criteria.allOf.failingPeriods.minFailingPeriodsToAlert
            properties.actions.actionGroups
            """,
        ["Microsoft.Insights/metricAlerts@2018-03-01"] = """
            properties.description properties.severity properties.enabled properties.scopes properties.evaluationFrequency properties.windowSize
            properties.autoMitigate properties.criteria.odata.type properties.criteria.allOf.name properties.criteria.allOf.criterionType
            properties.criteria.allOf.metricNamespace properties.criteria.allOf.metricName properties.criteria.allOf.dimensions.name
            properties.criteria.allOf.dimensions.operator properties.criteria.allOf.dimensions.values properties.criteria.allOf.timeAggregation
            properties.criteria.allOf.operator properties.criteria.allOf.threshold properties.actions.actionGroupId
            """,
        ["Microsoft.Network/virtualNetworks@2023-11-01"] = """
            properties.addressSpace.addressPrefixes properties.subnets.name properties.subnets.properties.addressPrefix
            properties.subnets.properties.privateEndpointNetworkPolicies properties.subnets.properties.delegations.name
            properties.subnets.properties.delegations.properties.serviceName
            """,
        ["Microsoft.Network/privateEndpoints@2023-11-01"] = """
            properties.subnet.id properties.privateLinkServiceConnections.name
            properties.privateLinkServiceConnections.properties.privateLinkServiceId properties.privateLinkServiceConnections.properties.groupIds
            """,
        ["Microsoft.Network/privateEndpoints/privateDnsZoneGroups@2023-11-01"] = """
            properties.privateDnsZoneConfigs.name properties.privateDnsZoneConfigs.properties.privateDnsZoneId
            """,
        ["Microsoft.Network/privateDnsZones@2020-06-01"] = "",
        ["Microsoft.Network/privateDnsZones/virtualNetworkLinks@2020-06-01"] = "properties.registrationEnabled properties.virtualNetwork.id",
    };

    /// <summary>Whether a type is known in this version.</summary>
    public static bool Has(string type) => Known.ContainsKey(type);

    /// <summary>Whether a resource of a type may set a property.</summary>
    public static bool Allows(string type, string path)
    {
        var allowed = Always.Concat(Known[type].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        return allowed.Any(each => each.EndsWith(".*", StringComparison.Ordinal) ? path == each[..^2] || (path.StartsWith(each[..^1], StringComparison.Ordinal) && !path[(each.Length - 1)..].Contains('.', StringComparison.Ordinal)) : each == path);
    }
}
