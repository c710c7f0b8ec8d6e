namespace Updraft.Infra.Tests.Bicep;

/// <summary>
/// A Bicep file. This reads the language's grammar as far as <c>infra/</c> uses it; what a type allows is not known to it: that stands in
/// <see cref="Facts.ResourceTypes"/>.
/// </summary>
internal sealed class BicepFile
{
    private BicepFile(string path, IReadOnlyList<Statement> statements) => (Path, Statements) = (path, statements);

    /// <summary>From the repository's root, with <c>/</c>.</summary>
    public string Path { get; }

    public IReadOnlyList<Statement> Statements { get; }

    public IEnumerable<Statement> Params => Of(StatementKind.Param);

    public IEnumerable<Statement> Resources => Of(StatementKind.Resource);

    public IEnumerable<Statement> Modules => Of(StatementKind.Module);

    public IEnumerable<Statement> Outputs => Of(StatementKind.Output);

    /// <summary>All files of <c>infra/</c>.</summary>
    public static IReadOnlyList<BicepFile> All { get; } = [.. Repository.Files("infra", "*.bicep").Select(Load)];

    public static BicepFile Main => Named("infra/main.bicep");

    public static BicepFile Named(string path) => All.Single(file => file.Path == path);

    /// <summary>The file of a module.</summary>
    public BicepFile FileOf(Statement module) => Named(Resolve(module.Type));

    /// <summary>A path that is written in this file, from the root.</summary>
    public string Resolve(string relative) => System.IO.Path.GetRelativePath(Repository.Root, System.IO.Path.GetFullPath(System.IO.Path.Combine(System.IO.Path.GetDirectoryName(Repository.PathOf(Path))!, relative))).Replace('\\', '/');

    public Statement? Find(string name) => Statements.FirstOrDefault(statement => statement.Name == name && statement.Kind is not (StatementKind.Output or StatementKind.Scope));

    public static BicepFile Parse(string path, string source)
    {
        var (reader, statements, decorators) = (new Expressions(Tokens.Of(source)), new List<Statement>(), new List<Call>());
        for (reader.SkipLines(); reader.Next.Kind is not TokenKind.End; reader.SkipLines())
        {
            if (reader.TakeIf("@"))
            {
                decorators.Add(reader.Read() as Call ?? throw reader.Unexpected("a decorator"));
                continue;
            }
            statements.Add(StatementOf(reader, [.. decorators]));
            decorators.Clear();
            if (reader.Next.Kind is not (TokenKind.NewLine or TokenKind.End)) throw reader.Unexpected("a new line");
        }
        return new BicepFile(path, statements);
    }

    private static BicepFile Load(string path)
    {
        try
        {
            return Parse(path, Repository.Read(path));
        }
        catch (FormatException wrong)
        {
            throw new FormatException($"{path}: {wrong.Message}", wrong);
        }
    }

    private static Statement StatementOf(Expressions reader, IReadOnlyList<Call> decorators)
    {
        var line = reader.Next.Line;
        switch (reader.Word())
        {
            case "targetScope":
                return new(StatementKind.Scope, "targetScope", "", Given(reader), false, decorators, line);
            case "param":
                return new(StatementKind.Param, reader.Word(), reader.Word(), reader.Is("=") ? Given(reader) : null, false, decorators, line);
            case "var":
                return new(StatementKind.Var, reader.Word(), "", Given(reader), false, decorators, line);
            case "output":
                return new(StatementKind.Output, reader.Word(), reader.Word(), Given(reader), false, decorators, line);
            case "resource":
                return new(StatementKind.Resource, reader.Word(), TypeOf(reader), Given(reader, out var existing), existing, decorators, line);
            case "module":
                return new(StatementKind.Module, reader.Word(), TypeOf(reader), Given(reader), false, decorators, line);
            default:
                throw new FormatException($"line {line}: no statement begins so");
        }
    }

    private static string TypeOf(Expressions reader) => reader.Next.Kind is TokenKind.Text ? reader.Take().Value : throw reader.Unexpected("a type or a path in quotes");

    private static Node Given(Expressions reader) => Given(reader, out _);

    private static Node Given(Expressions reader, out bool isExisting)
    {
        isExisting = reader.TakeIf("existing");
        reader.Expect("=");
        return reader.MaybeConditional();
    }

    private IEnumerable<Statement> Of(StatementKind kind) => Statements.Where(statement => statement.Kind == kind);
}
