namespace Updraft.Operators;

/// <summary>The operators that come with Updraft.</summary>
public static class BuiltInOperators
{
    /// <summary>All of them.</summary>
    public static readonly OperatorCatalog Catalog = new(
    [
        new ShellOperator(), new CodeOperator(), new HttpOperator(), new DagOperator(),
        new TimeSensor(), new FileSensor(), new HttpSensor(), new DagRunSensor(), new EventSensor(),
        new ApprovalSensor(),
        new PythonOperator(), new NodeOperator(),
        new SqlOperator(), new SqlSensor(), new BlobSensor(), new PartitionSensor(),
        new WebhookOperator(), new SlackOperator(), new TeamsOperator(), new EmailOperator(),
        new LivyOperator(), new SynapseSparkOperator(), new DatabricksOperator(), new AzureMlOperator(), new HttpJobOperator(),
        new DockerOperator(), new KubernetesOperator(), new ContainerInstancesOperator(), new ContainerAppsJobOperator(),
    ]);
}
