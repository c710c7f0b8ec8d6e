namespace Updraft.Api;

/// <summary>How somebody has signed in.</summary>
public enum SignInMethod
{
    /// <summary>Over the socket of the data folder, which only its owner can open.</summary>
    Socket,

    /// <summary>Not at all: the server is open, as on loopback.</summary>
    Open,

    /// <summary>With a key.</summary>
    Key,

    /// <summary>At the platform that hosts the server.</summary>
    Platform,
}
