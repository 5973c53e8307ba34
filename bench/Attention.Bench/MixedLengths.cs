using System.Diagnostics;

namespace Attention.Bench;

/// <summary>Sentences of many lengths at once, as an embedding service has them, through an encoder of MiniLM's sizes.</summary>
/// <param name="threads">How many threads each side has.</param>
internal sealed class MixedLengths(int threads)
{
    public const string Name = "mixed lengths";

    private const int Sentences = 64;
    private const int Shortest = 4;
    private const int Longest = 128;
    private const int Bucket = 8;

    private readonly EncoderShape _shape = EncoderCases.MiniLM;
    private readonly Dictionary<string, (int[] Shape, float[] Values)> _weights = EncoderCases.Weights(EncoderCases.MiniLM, 512);
    private readonly int[] _lengths = Lengths();

    public IEnumerable<Contest> All()
    {
        int[] tokens = EncoderCases.Tokens(_lengths.Sum());
        using SentenceEncoder model = Models.Sentence(TensorFile.Of(_weights), threads);
        using SentenceEncoder.Session session = Models.Batched(model, tokens.Length);
        var expected = new float[tokens.Length * _shape.Width];
        Models.ForwardBatch(session, tokens, _lengths, expected);
        int[] all = [.. Enumerable.Range(0, Sentences)];
        yield return new Contest(
            Name, threads, _lengths.Sum(_shape.Flops), Run, expected, _shape.Width, Footprint.Of(session),
            Ways("padded", [all], Longest),
            Ways("bucketed", [.. all.OrderBy(i => _lengths[i]).Chunk(Bucket)]),
            Ways("single", [.. all.Chunk(1)]));

        double Run()
        {
            long start = Stopwatch.GetTimestamp();
            Models.ForwardBatch(session, tokens, _lengths, []);
            return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        }

        Rival Ways(string name, int[][] batches, int least = 0)
        {
            bool padded = batches[0].Length > 1;
            return new Rival(name, Enum.GetValues<OnnxAttention>().SelectMany(attention => Candidate.Of(
                $"{name} {attention}", threads, false, () => OnnxEncoder.BuildForBatches(_shape, _weights, padded, attention), peer => Bind(peer, tokens, batches, least, padded))));
        }
    }

    private static int[] Lengths()
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, Sentences).Select(_ => random.Next(Shortest, Longest + 1))];
    }

    /// <summary>A binding for each batch, all of a session: sentences padded to the longest of their batch, or to <paramref name="least"/>.</summary>
    private OnnxPeer Bind(OnnxSession session, int[] tokens, int[][] batches, int least, bool padded)
    {
        var firsts = new int[Sentences];
        for (int i = 1; i < Sentences; i++)
            firsts[i] = firsts[i - 1] + _lengths[i - 1];
        (int[] Sentences, int Length, OnnxBinding Binding)[] bound = [.. batches.Select(batch =>
        {
            int length = Math.Max(least, batch.Max(i => _lengths[i]));
            OnnxBinding binding = session.NewBinding();
            Span<int> ids = binding.Input<int>(OnnxEncoder.Input, batch.Length, length);
            for (int row = 0; row < batch.Length; row++)
                tokens.AsSpan(firsts[batch[row]], _lengths[batch[row]]).CopyTo(ids[(row * length)..]);
            if (padded)
                batch.Select(i => _lengths[i]).ToArray().CopyTo(binding.Input<int>(OnnxEncoder.Lengths, batch.Length));
            binding.Output<float>(OnnxEncoder.Output, batch.Length, length, _shape.Width);
            return (batch, length, binding);
        })];
        return new OnnxPeer(session, [.. bound.Select(batch => batch.Binding)], () =>
        {
            var rows = new float[tokens.Length * _shape.Width];
            foreach ((int[] sentences, int length, OnnxBinding binding) in bound)
            {
                ReadOnlySpan<float> output = binding.Bound<float>(OnnxEncoder.Output);
                for (int row = 0; row < sentences.Length; row++)
                    output.Slice(row * length * _shape.Width, _lengths[sentences[row]] * _shape.Width).CopyTo(rows.AsSpan(firsts[sentences[row]] * _shape.Width));
            }

            return rows;
        });
    }
}
