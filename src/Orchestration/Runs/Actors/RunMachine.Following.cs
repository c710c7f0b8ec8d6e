using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Updraft.Orchestration;

// Those who are told of ends: whoever asked, and the actor of the DAG.
internal sealed partial class RunMachine
{
    private long _endsSeen = -1;

    private ImmutableArray<Follower> Followers => _body.Followers ?? [];

    private void Follow(Told told)
    {
        var question = told.Body.Deserialize<FollowRun>(OrchestrationJson.Options)!;
        _endsSeen = -1;
        Change(_body with { Followers = Followers.RemoveAll(other => other.Question.Owner == question.Owner && other.Question.Key == question.Key).Add(new Follower(told.Id, question)) });
    }

    /// <summary>Answers those whose time has come. Nothing is looked at while nobody asks, or nothing has ended since.</summary>
    private void AnswerFollowers(Effects effects)
    {
        if (_body.Followers is null || _body.Status is RunStatus.Queued) return;
        if (_endsSeen == _state.Ends && !HasEnded) return;
        _endsSeen = _state.Ends;
        var left = Followers;
        foreach (var follower in Followers)
        {
            if (AnswerTo(follower.Question) is not { } answer) continue;
            left = left.Remove(follower);
            _state.Outbox.Owe($"e:followed/{follower.Id}", ActivityNames.TellActor, new TellActor
            {
                Id = follower.Question.Owner,
                EntryId = "followed-" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{_scope.RunId}\n{follower.Question.Key}\n{follower.Id}")).AsSpan(0, 16)),
                Kind = follower.Question.AnswerKind,
                Body = JsonSerializer.SerializeToElement(answer, OrchestrationJson.Options),
            }, effects);
        }
        if (left.Length < Followers.Length) Change(_body with { Followers = left.IsEmpty ? null : left });
    }

    private RunFollowed? AnswerTo(FollowRun question)
    {
        var changes = _body.Changes ?? 0;
        if (changes < question.Changes) return null;
        TaskState? state = null;
        if (question.Task is { } task && _begun)
        {
            (var ended, state) = _state.EndOf(task, question.Keys ?? []);
            if (!ended) return null;
        }
        else if (!HasEnded)
        {
            return null;
        }
        return new RunFollowed(question.Key, _scope.RunId, _body.Opened, _body.Status, state, changes);
    }

    /// <summary>Tells the DAG's actor how the run ended; the entry is named by the run and how often it was opened.</summary>
    private void TellDag(Effects effects)
    {
        if (!_request.TellsDag) return;
        var ended = new RunEnded(_scope.RunId, _body.Opened, _body.Status, _request.LogicalDate);
        _state.Outbox.Owe($"e:ended/{_body.Opened}", ActivityNames.TellActor, new TellActor
        {
            Id = DagPaths.ActorOf(_request.Dag),
            EntryId = $"{RunEnded.Kind}-{Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(_scope.RunId)).AsSpan(0, 16))}-{_body.Opened}",
            Kind = RunEnded.Kind,
            Body = JsonSerializer.SerializeToElement(ended, OrchestrationJson.Options),
        }, effects);
    }
}
