using System.ComponentModel;

namespace Attention.Runtime;

/// <summary>What a session's memory is made of, in floats: constants of the generated code.</summary>
/// <param name="Memory">Values, caches and results without tracks.</param>
/// <param name="Track">A track, of which there is one for each beam.</param>
/// <param name="MostBeams">The most beams that the model can run.</param>
/// <param name="MostSequences">The most sequences that its decoders can step together; 0 without a decoder.</param>
/// <param name="Scratch">What each thread needs for itself.</param>
/// <param name="Batch">What a batch of <paramref name="BatchLength"/> rows needs; 0 when no stage takes batches.</param>
/// <param name="BatchLength">The length of the shortest stage that takes batches.</param>
[EditorBrowsable(EditorBrowsableState.Never)]
public readonly record struct SessionSizes(int Memory, int Track, int MostBeams, int MostSequences, int Scratch, int Batch, int BatchLength);
