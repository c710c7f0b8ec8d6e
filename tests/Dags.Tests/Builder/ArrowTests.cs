namespace Updraft.Dags.Tests;

public sealed class ArrowTests
{
    private readonly DagBuilder _dag = new("arrows");
    private readonly TaskNode _a;
    private readonly TaskNode _b;
    private readonly TaskNode _c;
    private readonly TaskNode _d;

    public ArrowTests() => (_a, _b, _c, _d) = (_dag.Shell("a", "x"), _dag.Shell("b", "x"), _dag.Shell("c", "x"), _dag.Shell("d", "x"));

    [Fact]
    public void Right_Chain_LinksEachToTheNext()
    {
        _dag.Link(_a >> _b >> _c);
        Assert.Equal([("b", "a"), ("c", "b")], Edges());
    }

    [Fact]
    public void Left_Chain_LinksEachToTheNext()
    {
        _dag.Link(_c << _b << _a);
        Assert.Equal([("b", "a"), ("c", "b")], Edges());
    }

    [Fact]
    public void Right_ListInTheMiddle_FansOutAndIn()
    {
        _dag.Link(_a >> [_b, _c] >> _d);
        Assert.Equal([("b", "a"), ("c", "a"), ("d", "b"), ("d", "c")], Edges());
    }

    [Fact]
    public void Right_ListsOnBothSides_LinksAllToAll()
    {
        _dag.Link(_dag.All(_a, _b) >> [_c, _d]);
        Assert.Equal([("c", "a"), ("c", "b"), ("d", "a"), ("d", "b")], Edges());
    }

    [Fact]
    public void Right_ArraysOnEitherSide_LinksAllToAll()
    {
        _ = new[] { _a, _b } >> _c;
        _ = _c >> new[] { _d };
        Assert.Equal([("c", "a"), ("c", "b"), ("d", "c")], Edges());
    }

    [Fact]
    public void Left_ListOnTheRight_LinksAll()
    {
        _ = _c << [_a, _b];
        _ = new[] { _d } << _c;
        Assert.Equal([("c", "a"), ("c", "b"), ("d", "c")], Edges());
    }

    [Fact]
    public void Right_Groups_LinkAsOne()
    {
        var group = _dag.Group("g", g => g.Shell("x", "x"));
        _dag.Link(_a >> group >> _b);
        var spec = _dag.Build();
        Assert.Equal("a", Assert.Single(spec.Groups.Single().After));
        Assert.Equal("g", Assert.Single(spec.Tasks.Single(task => task.Id == "b").After));
    }

    [Fact]
    public void Right_SaidTwice_LinksOnce()
    {
        _dag.Link(_a >> _b, _a >> _b);
        Assert.Equal([("b", "a")], Edges());
    }

    [Fact]
    public void Right_TaskOfAnotherDag_IsRefused()
    {
        var other = new DagBuilder("other").Shell("x", "x");
        var thrown = Assert.Throws<UpdraftException>(() => _a >> other);
        Assert.Equal(DagErrors.UnknownUpstream, thrown.Code);
    }

    private IEnumerable<(string, string)> Edges() => _dag.Build().Tasks.SelectMany(task => task.After.Select(after => (task.Id, after)));
}
