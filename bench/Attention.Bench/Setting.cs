namespace Attention.Bench;

/// <summary>Where and how cases are measured.</summary>
/// <param name="Theirs">
/// The thread that opens and runs ONNX Runtime: the first that does treats denormals as zero from then on, and ours must not.
/// </param>
/// <param name="Runtime">ONNX Runtime, if there is one.</param>
/// <param name="Turns">How often each side has its turn.</param>
/// <param name="Verbose">Whether all candidates are told.</param>
internal sealed record Setting(Worker Theirs, OnnxRuntime? Runtime, int Turns, bool Verbose);
