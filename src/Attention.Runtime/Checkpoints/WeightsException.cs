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

    internal WeightsException(string message, IReadOnlyList<string> misfits)
        : base(message) => Misfits = misfits;

    /// <summary>
    /// Everything in which a checkpoint does not fit the model, one after the other: missing tensors, those of another shape or
    /// type, values that are not finite, tensors that nothing reads. Of these the message tells the first of each kind. Empty
    /// where the file itself is malformed.
    /// </summary>
    public IReadOnlyList<string> Misfits { get; } = [];
}
