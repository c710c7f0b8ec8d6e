namespace Updraft.Azure;

/// <summary>The times of claims. They are the same in all apps over one storage.</summary>
internal static class ClaimTimes
{
    /// <summary>How often a holder reads its claim: so soon it sees a stop. 5 seconds.</summary>
    public static readonly TimeSpan Look = TimeSpan.FromSeconds(5);

    /// <summary>How often a holder renews its claim. 30 seconds.</summary>
    public static readonly TimeSpan Renew = TimeSpan.FromSeconds(30);

    /// <summary>After so long without a renewal a holder stops its work, before another may begin. 90 seconds.</summary>
    public static readonly TimeSpan GiveUp = TimeSpan.FromSeconds(90);

    /// <summary>After so long without a renewal another may take the claim over. 2 minutes.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    /// <summary>After so long without a renewal a claim is of nobody, and removed. One day.</summary>
    public static readonly TimeSpan Left = TimeSpan.FromDays(1);
}
