namespace Attention.Tool;

/// <summary>Something cannot be done; the message says what, in one line, and what to do.</summary>
internal sealed class ToolException : Exception
{
    public ToolException(string message)
        : base(message)
    {
    }

    public ToolException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
