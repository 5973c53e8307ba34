using System.Diagnostics;
using Attention.Dsl;

namespace Attention.Bench;

/// <summary>One step of a decoder at some positions, with the keys and values of all rows before it and of the source at hand.</summary>
/// <param name="threads">How many threads each side has.</param>
/// <param name="isChosen">Whether the case of a name is to be measured.</param>
internal sealed class DecoderCases(int threads, Func<string, bool> isChosen)
{
    private static readonly int[] s_positions = [1, 16, 64];

    private readonly DecoderShape _shape = new(6, 512, 8, 2048, 32000, 64, 64);

    public IEnumerable<Contest> All()
    {
        (string Name, bool Int8, Func<Stream, int, float[], Ours> Open)[] kinds = [("decoder step", false, OpenFloat), ("decoder int8 step", true, OpenInteger), ("decoder stored int8 step", true, OpenStored)];
        if (!kinds.Any(kind => s_positions.Any(position => isChosen($"{kind.Name} {position}"))))
            yield break;
        Dictionary<string, (int[] Shape, float[] Values)> weights = RandomCheckpoint.Values(RandomCheckpoint.Decoder(_shape.Layers, _shape.Width, _shape.Hidden, _shape.Vocabulary, _shape.Length));
        var random = new Random(4);
        float[] source = [.. Enumerable.Range(0, _shape.SourceLength * _shape.Width).Select(_ => (2 * random.NextSingle()) - 1)];
        int[] tokens = [.. Enumerable.Range(0, _shape.Length).Select(i => i * 7919 % _shape.Vocabulary)];
        var peers = new DecoderPeers(_shape, weights, source, tokens, threads);
        foreach ((string name, bool int8, Func<Stream, int, float[], Ours> open) in kinds)
        {
            int[] chosen = [.. s_positions.Where(position => isChosen($"{name} {position}"))];
            if (chosen.Length == 0)
                continue;
            using Ours ours = open(TensorFile.Of(weights), threads, source);
            foreach (int position in chosen)
            {
                float[] logits = ours.Step(tokens.AsSpan(0, position), out _).ToArray();
                Rival[] rivals = int8
                    ? [peers.Float("float32", position, Rival.Int8Tolerance), peers.Int8("int8", position)]
                    : [peers.Float("", position, Rival.FloatTolerance)];
                yield return new Contest($"{name} {position}", threads, _shape.StepFlops(position), Run, logits, _shape.Vocabulary, Footprint.Of(ours.Session), rivals)
                {
                    RowBytes = _shape.StepBytes(int8 ? sizeof(sbyte) : sizeof(float)),
                };

                double Run()
                {
                    ours.Step(tokens.AsSpan(0, position), out double milliseconds);
                    return milliseconds;
                }
            }
        }
    }

    private static Ours OpenFloat(Stream file, int threads, float[] source)
    {
        Translator model = Models.Translator(file, threads);
        Translator.Session session = model.CreateSession();
        session.Source.Forward(source);
        return new Ours(model, session, session.Words);
    }

    private static Ours OpenStored(Stream file, int threads, float[] source)
    {
        Int8Translator model = Models.Int8Translator(file, threads);
        Int8Translator.Session session = model.CreateSession();
        session.Source.Forward(source);
        return new Ours(model, session, session.Words);
    }

    private static Ours OpenInteger(Stream file, int threads, float[] source)
    {
        IntegerTranslator model = Models.IntegerTranslator(file, threads);
        IntegerTranslator.Session session = model.CreateSession();
        session.Source.Forward(source);
        return new Ours(model, session, session.Words);
    }

    /// <summary>A decoder of ours whose source has run.</summary>
    private sealed record Ours(IDisposable Model, IDisposable Session, IDecoder Decoder) : IDisposable
    {
        /// <summary>Takes all tokens but the last, which are not timed; then the last one's step.</summary>
        public ReadOnlySpan<float> Step(ReadOnlySpan<int> tokens, out double milliseconds)
        {
            Decoder.Reset();
            if (tokens.Length > 1)
                Decoder.Step(tokens[..^1]);
            long start = Stopwatch.GetTimestamp();
            ReadOnlySpan<float> logits = Decoder.Step(tokens[^1..]);
            milliseconds = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
            return logits;
        }

        public void Dispose()
        {
            Session.Dispose();
            Model.Dispose();
        }
    }
}
