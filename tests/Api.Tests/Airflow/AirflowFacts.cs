namespace Updraft.Api.Tests;

/// <summary>Facts of the schema of Airflow 3.2, in the shorthand of <see cref="AirflowSchema"/>.</summary>
internal static class AirflowFacts
{
    private const string TaskState = "(removed|scheduled|queued|running|success|restarting|failed|up_for_retry|up_for_reschedule|upstream_failed|skipped|deferred)";
    private const string RunType = "(backfill|scheduled|manual|asset_triggered|asset_materialization)";

    private const string Dag = $"""
        dag_id:text dag_display_name:text is_paused:flag is_stale:flag last_parsed_time:time? last_parse_duration:number? last_expired:time?
        bundle_name:text? bundle_version:text? relative_fileloc:text? fileloc:text description:text? timetable_summary:text? timetable_description:text?
        timetable_partitioned:flag tags:[Tag] max_active_tasks:int max_active_runs:int? max_consecutive_failed_dag_runs:int
        has_task_concurrency_limits:flag has_import_errors:flag next_dagrun_logical_date:time? next_dagrun_data_interval_start:time?
        next_dagrun_data_interval_end:time? next_dagrun_run_after:time? allowed_run_types:[{RunType}]? owners:[text] file_token:text
        """;

    private const string Try = $"""
        task_id:text dag_id:text dag_run_id:text map_index:int start_date:time? end_date:time? duration:number? state:{TaskState}? try_number:int
        max_tries:int task_display_name:text dag_display_name:text hostname:text? unixname:text? pool:text pool_slots:int queue:text?
        priority_weight:int? operator:text? operator_name:text? queued_when:time? scheduled_when:time? pid:int? executor:text?
        executor_config:text dag_version:DagVersion?
        """;

    private const string XCom = "key:text timestamp:time logical_date:time? run_after:time map_index:int task_id:text dag_id:text run_id:text dag_display_name:text task_display_name:text";

    /// <summary>Fields of each answer, by names of our own.</summary>
    public static readonly Dictionary<string, string> Answers = new(StringComparer.Ordinal)
    {
        ["Version"] = "version:text git_version:text?",
        ["Health"] = "metadatabase:Status scheduler:Scheduler triggerer:Triggerer dag_processor~:Processor?",
        ["Status"] = "status:text?",
        ["Scheduler"] = "status:text? latest_scheduler_heartbeat:text?",
        ["Triggerer"] = "status:text? latest_triggerer_heartbeat:text?",
        ["Processor"] = "status:text? latest_dag_processor_heartbeat:text?",
        ["Token"] = "access_token:text",
        ["Tag"] = "name:text dag_id:text dag_display_name:text",
        ["Dag"] = Dag,
        ["Dags"] = "dags:[Dag] total_entries:int",
        ["DagDetails"] = Dag + """
             catchup:flag dag_run_timeout:span? asset_expression:object? doc_md:text? start_date:time? end_date:time? is_paused_upon_creation:flag?
            params:object? render_template_as_native_obj:flag template_search_path:[text]? timezone:text? last_parsed:time? default_args:object?
            owner_links~:object? is_favorite~:flag active_runs_count~:int concurrency:int latest_dag_version:DagVersion?
            """,
        ["DagVersion"] = "id:uuid version_number:int dag_id:text bundle_name:text? bundle_version:text? created_at:time dag_display_name:text bundle_url:text?",
        ["DagVersions"] = "dag_versions:[DagVersion] total_entries:int",
        ["Task"] = """
            task_id:text? task_display_name:text? owner:text? start_date:time? end_date:time? trigger_rule:text? depends_on_past:flag
            wait_for_downstream:flag retries:number? queue:text? pool:text? pool_slots:number? execution_timeout:Duration? retry_delay:Duration?
            retry_exponential_backoff:number priority_weight:number? weight_rule:text? ui_color:text? ui_fgcolor:text? template_fields:[text]?
            downstream_task_ids:[text]? doc_md:text? operator_name:text? params:object? class_ref:object? is_mapped:flag? extra_links:[text]
            """,
        ["Duration"] = "__type~:text days:int seconds:int microseconds:int",
        ["Tasks"] = "tasks:[Task] total_entries:int",
        ["Run"] = $"""
            dag_run_id:text dag_id:text logical_date:time? queued_at:time? start_date:time? end_date:time? duration:number? data_interval_start:time?
            data_interval_end:time? run_after:time last_scheduling_decision:time? run_type:{RunType} state:(queued|running|success|failed)
            triggered_by:(cli|operator|rest_api|ui|test|timetable|asset|backfill)? triggering_user_name:text? conf:object? note:text?
            dag_versions:[DagVersion] bundle_version:text? dag_display_name:text partition_key:text?
            """,
        ["Runs"] = "dag_runs:[Run] total_entries:int",
        ["TaskInstance"] = Try + " id:uuid logical_date:time? run_after:time note:text? rendered_map_index:text? rendered_fields~:object trigger:object? triggerer_job:object?",
        ["TaskInstances"] = "task_instances:[TaskInstance] total_entries:int",
        ["Try"] = Try + " hitl_detail:object?",
        ["Tries"] = "task_instances:[Try] total_entries:int",
        ["Log"] = "content:[LogLine] continuation_token:text?",
        ["LogLine"] = "event:text timestamp~:time",
        ["XComs"] = "xcom_entries:[XCom] total_entries:int",
        ["XCom"] = XCom,
        ["XComNative"] = XCom + " value:any",
        ["XComString"] = XCom + " value:text?",
        ["Pool"] = """
            name:text slots:int description~:text? include_deferred:flag occupied_slots:int running_slots:int queued_slots:int scheduled_slots:int
            open_slots:int deferred_slots:int team_name~:text?
            """,
        ["Pools"] = "pools:[Pool] total_entries:int",
        ["Failure"] = "detail:text",
        ["InputFailure"] = "detail:[InputFault]",
        ["InputFault"] = "loc:[text] msg:text type:text",
    };
}
