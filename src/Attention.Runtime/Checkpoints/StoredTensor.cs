using Attention.Runtime;

namespace Attention.Dsl;

/// <summary>
/// What a checkpoint's header says of one tensor, checked: the data is the file's bytes from <paramref name="Begin"/>
/// to <paramref name="End"/>, as many as the elements of a known type take.
/// </summary>
internal sealed record StoredTensor(string Name, string DataType, long[] Shape, long Elements, long Begin, long End, CheckpointBytes File);
