using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>A call that is under way: its disposal, however the call ends, lets the session's next one in.</summary>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly ref struct SessionCall
{
    private readonly SessionCore _core;

    internal SessionCall(SessionCore core) => _core = core;

    /// <summary>Ends the call.</summary>
    public void Dispose() => _core.Exit();
}
