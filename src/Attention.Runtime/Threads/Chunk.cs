using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>
/// The part of a kernel's work that one thread does at a time: units <paramref name="First"/> to <paramref name="End"/> − 1,
/// which are panels of weights or heads, and of each the rows from <paramref name="Row"/> on.
/// </summary>
/// <param name="First">The first unit.</param>
/// <param name="End">The one behind the last.</param>
/// <param name="Row">The first row.</param>
/// <param name="Rows">How many rows.</param>
/// <param name="Worker">Who does it: 0 for the caller, then the helpers. Each has scratch memory of its own.</param>
/// <param name="IsLast">Whether its units are the last of those that a thread does one after the other.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct Chunk(int First, int End, int Row, int Rows, int Worker, bool IsLast);
