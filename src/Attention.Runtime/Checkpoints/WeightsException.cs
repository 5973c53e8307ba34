namespace Attention.Dsl;

/// <summary>
/// A checkpoint is malformed or does not fit the model. The message names the file, the tensor, what was expected and
/// what was found.
/// </summary>
public sealed class WeightsException : Exception
{
    /// <summary>Creates the exception with a message.</summary>
    public WeightsException(string message)
        : base(message)
    {
    }

    /// <summary>Creates the exception with a message and its cause.</summary>
    public WeightsException(string message, Exception innerException)
        : base(message, innerException)
    {
    }
}
