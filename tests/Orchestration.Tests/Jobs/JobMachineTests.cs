namespace Updraft.Orchestration.Tests;

public sealed class JobMachineTests
{
    private static readonly SubmittedJob Job1 = new() { ExternalId = "job-1" };
    private static readonly CheckedJob Running = new() { Status = JobStatus.Running };
    private static readonly AttemptResult Success = new() { Outcome = AttemptOutcome.Success };

    private static JobDriver Watching(TimeSpan? timeout = null)
    {
        var job = new JobDriver(timeout: timeout).Return(Job1);
        job.Wait();
        return job;
    }

    [Fact]
    public void Job_Succeeds_TellsItsParentAndEnds()
    {
        var job = Watching().Return(new CheckedJob { Status = JobStatus.Succeeded, Result = Success });

        Assert.Equal(AttemptOutcome.Success, job.Reported.Outcome);
        Assert.NotNull(job.Reported.StartedAt);
        Assert.NotNull(job.Reported.EndedAt);
        Assert.False(job.IsFinal);
        job.Return(new ToldActor(true));
        Assert.True(job.IsFinal);
        Assert.Empty(job.Calls);
    }

    [Fact]
    public void Job_Running_IsLookedAtWithBackoff()
    {
        var job = Watching();
        var waits = new List<double>();
        for (var i = 0; i < 12; i++)
        {
            job.Return(Running);
            waits.Add(job.Wait().TotalSeconds);
        }

        Assert.Equal([1, 1.5, 2.25], waits.Take(3));
        Assert.Equal(30, waits[^1]);
        Assert.Equal(ActivityNames.CheckJob, job.Doing);
    }

    [Fact]
    public void Job_OperatorNamesTheNextLook_IsLookedAtThen()
    {
        var job = Watching().Return(Running with { NextCheckAfter = TimeSpan.FromSeconds(17) });

        Assert.Equal(17, job.Wait().TotalSeconds);
    }

    [Fact]
    public void Job_RefusedAtSubmission_EndsAsTheOperatorSays()
    {
        var job = new JobDriver().Return(new SubmittedJob { Ended = new() { Outcome = AttemptOutcome.FailedForGood, Reason = "no such cluster" } });

        Assert.Equal("no such cluster", job.Reported.Reason);
    }

    [Fact]
    public void Job_SubmissionFails_IsSubmittedAgainThenKilledAndFailed()
    {
        var job = new JobDriver();
        for (var i = 0; i < WaitPolicy.Job.ErrorsTolerated; i++)
        {
            job.Throw("no network");
            job.Wait();
            Assert.Equal(ActivityNames.SubmitJob, job.Doing);
        }
        job.Throw("no network");

        // Whether there is a job is not known.
        Assert.Null(Assert.IsType<CancelJob>(job.Calls["cancel"].Input).ExternalId);
        job.Return(new CancelledJob(Dead: true));
        Assert.Equal((AttemptOutcome.Failed, JobErrors.NotSubmitted), (job.Reported.Outcome, job.Reported.Code));
    }

    [Fact]
    public void Job_ChecksFail_AreToleratedUpToALimit()
    {
        var job = Watching();
        for (var i = 0; i < WaitPolicy.Job.ErrorsTolerated; i++)
        {
            job.Return(Running with { Error = "gateway timeout" });
            job.Wait();
        }
        Assert.Equal(ActivityNames.CheckJob, job.Doing);
        job.Throw("gateway timeout");

        Assert.Equal(ActivityNames.CancelJob, job.Doing);
        job.Return(new CancelledJob(Dead: true));
        Assert.Equal(JobErrors.Unreachable, job.Reported.Code);
    }

    [Fact]
    public void Job_CheckSucceedsInBetween_CountsFailuresAnew()
    {
        var job = Watching();
        for (var i = 0; i < 3 * WaitPolicy.Job.ErrorsTolerated; i++)
        {
            job.Return(i % 2 == 0 ? Running with { Error = "gateway timeout" } : Running);
            job.Wait();
        }

        Assert.Equal(ActivityNames.CheckJob, job.Doing);
    }

    [Fact]
    public void Job_OverItsTimeout_IsKilledAndConfirmedBeforeItIsToldSo()
    {
        var job = new JobDriver(timeout: TimeSpan.FromSeconds(10)).Return(Job1);
        job.Wait();
        job.Return(Running with { NextCheckAfter = TimeSpan.FromHours(1) });
        Assert.Equal(9, job.Wait().TotalSeconds);

        Assert.Equal(ActivityNames.CancelJob, job.Doing);
        for (var i = 0; i < 20; i++)
        {
            job.Return(new CancelledJob(Dead: false, i % 2 == 0 ? null : "busy"));
            Assert.False(job.Calls.ContainsKey("report"));
            job.Wait();
        }
        job.Return(new CancelledJob(Dead: true));
        Assert.Equal(AttemptOutcome.TimedOut, job.Reported.Outcome);
    }

    [Fact]
    public void Stop_WhileWatching_KillsAndConfirms()
    {
        var job = Watching().Return(Running).Stop();

        Assert.Equal(ActivityNames.CancelJob, job.Doing);
        job.Return(new CancelledJob(Dead: true));
        Assert.Equal(AttemptOutcome.Stopped, job.Reported.Outcome);
    }

    [Fact]
    public void Stop_WhileACheckIsUnderWay_IgnoresItsAnswer()
    {
        var job = Watching().Stop();

        job.Return("look", new CheckedJob { Status = JobStatus.Running });
        Assert.Equal(ActivityNames.CancelJob, job.Doing);
        job.Return(new CancelledJob(Dead: true));
        Assert.Equal(AttemptOutcome.Stopped, job.Reported.Outcome);
    }

    [Fact]
    public void Stop_WhileBeingSubmitted_KillsWhatWasSubmitted()
    {
        var job = new JobDriver().Stop();
        Assert.Equal(ActivityNames.SubmitJob, job.Doing);
        job.Return(Job1);

        Assert.Equal("job-1", Assert.IsType<CancelJob>(job.Calls["cancel"].Input).ExternalId);
    }

    [Fact]
    public void Stop_Twice_KillsOnce()
    {
        var job = Watching().Return(Running).Stop().Stop();

        Assert.Equal(ActivityNames.CancelJob, job.Doing);
    }

    [Fact]
    public void Stop_AfterTheEnd_ChangesNothing()
    {
        var job = Watching().Return(new CheckedJob { Status = JobStatus.Succeeded }).Stop();

        Assert.Equal(AttemptOutcome.Success, job.Reported.Outcome);
        job.Return(new ToldActor(true)).Stop();
        Assert.True(job.IsFinal);
        Assert.Empty(job.Calls);
    }

    [Fact]
    public void Job_Vanished_RunsAgainAsTheSameTryAndAfterThreeLossesFails()
    {
        var job = new JobDriver();
        for (var loss = 1; loss <= 3; loss++)
        {
            Assert.Equal(ActivityNames.SubmitJob, job.Doing);
            job.Return(new SubmittedJob { ExternalId = $"job-{loss}" });
            job.Wait();
            job.Return(new CheckedJob { Status = JobStatus.Vanished });
            if (loss < 3) job.Wait();
        }

        Assert.Equal((AttemptOutcome.Failed, JobErrors.Vanished), (job.Reported.Outcome, job.Reported.Code));
    }

    [Fact]
    public void Job_EndsAsLost_IsToldAsFailed()
    {
        var job = new JobDriver().Return(new SubmittedJob { Ended = new() { Outcome = AttemptOutcome.Lost } });

        Assert.Equal(AttemptOutcome.Failed, job.Reported.Outcome);
    }

    [Fact]
    public void StartAgain_WhileWatching_DoesNotSubmitAgain()
    {
        var job = new JobDriver().Return(Job1).StartAgain();
        job.Wait();

        Assert.Equal("job-1", Assert.IsType<CheckJob>(job.Calls["look"].Input).ExternalId);
    }

    [Fact]
    public void StartAgain_WhileBeingKilled_GoesOnKilling()
    {
        var job = Watching().Return(Running).Stop().StartAgain();

        Assert.Equal(ActivityNames.CancelJob, job.Doing);
    }

    [Fact]
    public void StartAgain_BeforeTheParentWasTold_TellsIt()
    {
        var job = Watching().Return(new CheckedJob { Status = JobStatus.Failed }).StartAgain();

        Assert.Equal(AttemptOutcome.Failed, job.Reported.Outcome);
    }

    [Fact]
    public void Report_Fails_IsRepeated()
    {
        var job = Watching().Return(new CheckedJob { Status = JobStatus.Succeeded }).Throw("store away");
        job.Wait();

        Assert.Equal(AttemptOutcome.Success, job.Reported.Outcome);
    }

    [Fact]
    public void Sensor_ConditionHolds_Succeeds()
    {
        var sensor = new JobDriver(sensor: true);
        Assert.Equal(ActivityNames.PokeSensor, sensor.Doing);
        sensor.Return(new PokedSensor { Met = false });
        Assert.Equal(30, sensor.Wait().TotalSeconds);
        sensor.Return(new PokedSensor { Met = true });

        Assert.Equal(AttemptOutcome.Success, sensor.Reported.Outcome);
    }

    [Fact]
    public void Sensor_PolicyOfTheFirstPoke_Holds()
    {
        var sensor = new JobDriver(sensor: true);
        sensor.Return(new PokedSensor { Met = false, Policy = new() { Interval = TimeSpan.FromSeconds(2), Backoff = 2, MaxInterval = TimeSpan.FromSeconds(5) } });
        var waits = new List<double> { sensor.Wait().TotalSeconds };
        for (var i = 0; i < 2; i++)
        {
            sensor.Return(new PokedSensor { Met = false });
            waits.Add(sensor.Wait().TotalSeconds);
        }

        Assert.Equal([2, 4, 5], waits);
    }

    [Theory]
    [InlineData(false, AttemptOutcome.Failed)]
    [InlineData(true, AttemptOutcome.Skipped)]
    public void Sensor_DeadlinePasses_FailsOrSkips(bool softFail, AttemptOutcome outcome)
    {
        var sensor = new JobDriver(sensor: true);
        sensor.Return(new PokedSensor { Met = false, Policy = new() { Deadline = TimeSpan.FromSeconds(45), SoftFail = softFail } });
        sensor.Wait();
        sensor.Return(new PokedSensor { Met = false });
        Assert.Equal(15, sensor.Wait().TotalSeconds);

        Assert.Equal((outcome, JobErrors.Deadline), (sensor.Reported.Outcome, sensor.Reported.Code));
    }

    [Fact]
    public void Sensor_DeadlineDuringAPokeThatSeesTheCondition_Succeeds()
    {
        var sensor = new JobDriver(sensor: true);
        sensor.Return(new PokedSensor { Met = false, Policy = new() { Deadline = TimeSpan.FromSeconds(45) } });
        sensor.Wait();
        sensor.Wait(); // The deadline, while the poke is under way.
        sensor.Return(new PokedSensor { Met = true });

        Assert.Equal(AttemptOutcome.Success, sensor.Reported.Outcome);
    }

    [Fact]
    public void Sensor_StoppedBetweenPokes_EndsAtOnce()
    {
        var sensor = new JobDriver(sensor: true).Return(new PokedSensor { Met = false }).Stop();

        Assert.Equal(AttemptOutcome.Stopped, sensor.Reported.Outcome);
    }

    [Fact]
    public void Sensor_StoppedDuringAPoke_WaitsForIt()
    {
        var sensor = new JobDriver(sensor: true).Stop();
        Assert.Equal(ActivityNames.PokeSensor, sensor.Doing);
        sensor.Return(new PokedSensor { Met = false });

        Assert.Equal(AttemptOutcome.Stopped, sensor.Reported.Outcome);
    }
}
