using System.Diagnostics.Metrics;

namespace Updraft.Orchestration;

/// <summary>Counts operations on documents and blobs: what a storage account bills.</summary>
internal static class StorageMetrics
{
    private static readonly Meter Meter = new("Updraft.Storage");

    private static readonly Counter<long> Operations = Meter.CreateCounter<long>("updraft.storage.operations", "{operation}", "Operations on documents and blobs; a page of a listing is one.");

    private static readonly KeyValuePair<string, object?> Documents = new("store", "documents");
    private static readonly KeyValuePair<string, object?> Blobs = new("store", "blobs");

    public static void OnDocuments(string operation) => Operations.Add(1, Documents, new("operation", operation));

    public static void OnBlobs(string operation) => Operations.Add(1, Blobs, new("operation", operation));
}
