namespace Updraft.EndToEnd;

/// <summary>Three tasks one after another.</summary>
internal static class Chain
{
    // slow waits for a mark that the test makes, so that what is told comes while it runs.
    public const string Dag = """
        name: chain
        tasks:
          fast: { shell: { script: 'echo x >> "$MARKS/fast"' } }
          slow: { after: fast, shell: { script: 'echo x >> "$MARKS/slow"; until [ -e "$MARKS/go" ]; do sleep 0.05; done' } }
          last: { after: slow, shell: { script: 'echo x >> "$MARKS/last"' } }
        """;
}
