namespace Updraft.Operators;

/// <summary>A request to the file service of a storage account, before it is signed.</summary>
/// <param name="Method">The method.</param>
/// <param name="Path">Share, folders and file, their names as they are, with <c>/</c> in between; empty for the account.</param>
/// <param name="Query">What is asked, as in <c>restype=share</c>; empty for the file itself.</param>
internal sealed record FileServiceRequest(HttpMethod Method, string Path, string Query = "")
{
    /// <summary>Headers of this request alone.</summary>
    public IReadOnlyList<(string Name, string Value)> Headers { get; init; } = [];

    /// <summary>What it carries; null for nothing.</summary>
    public ReadOnlyMemory<byte>? Content { get; init; }

    /// <summary>Error codes that are answers, and no failures.</summary>
    public IReadOnlyList<string> Expects { get; init; } = [];

    /// <summary>Path and query below the account, escaped.</summary>
    public string Address => string.Join('/', Path.Split('/').Select(Uri.EscapeDataString)) + (Query.Length > 0 ? $"?{Query}" : "");
}
