using Attention.Dsl;

namespace Attention.Families;

/// <summary>A pass whose rows are valid until the next one.</summary>
internal delegate Rows Pass();

/// <summary>A decoder's step.</summary>
internal delegate Rows Step(int token);

/// <summary>A loaded model and how it is run.</summary>
/// <param name="forward">An encoder's pass, or a decoder's prompt.</param>
/// <param name="step">A step behind it, of models that have one.</param>
/// <param name="owned">What is to be disposed.</param>
internal sealed class Running(Pass forward, Step? step, IDisposable[] owned) : IDisposable
{
    public Pass Forward => forward;

    public Step? Step => step;

    /// <summary>Loads a model, opens a session and says how that is run.</summary>
    public static Running Of<TModel, TSession>(TModel model, Func<TModel, TSession> open, Func<TSession, (Pass Forward, Step? Step)> bind)
        where TModel : IDisposable
        where TSession : IDisposable
    {
        TSession session = open(model);
        (Pass forward, Step? step) = bind(session);
        return new Running(forward, step, [session, model]);
    }

    public static (Pass Forward, Step? Step) Encoder(IEncoder stage, int rows)
    {
        int[] tokens = Tokens(rows, stage.Vocabulary);
        return (() => stage.Forward(tokens), null);
    }

    public static (Pass Forward, Step? Step) Pooled(IVectorEncoder stage, int rows)
    {
        int[] tokens = Tokens(rows, stage.Vocabulary);
        return (() => Row(stage.Forward(tokens)), null);
    }

    /// <summary>All rows are scored.</summary>
    public static (Pass Forward, Step? Step) Masked(IRowScorer stage, int rows)
    {
        int[] tokens = Tokens(rows, stage.Vocabulary);
        var logits = new float[rows * stage.Vocabulary];
        return (() =>
        {
            stage.Forward(tokens, [], logits);
            return new Rows(logits, rows, stage.Vocabulary, stage.Vocabulary);
        }, null);
    }

    public static (Pass Forward, Step? Step) Decoder(IDecoder stage, int rows)
    {
        int[] tokens = Tokens(rows, stage.Vocabulary), next = new int[1];
        return (() =>
        {
            stage.Reset();
            return Row(stage.Step(tokens));
        }, token =>
        {
            next[0] = token % stage.Vocabulary;
            return Row(stage.Step(next));
        });
    }

    /// <summary>Forward is the source's pass alone: what the target keeps of it, its first step computes.</summary>
    public static (Pass Forward, Step? Step) Translator(IEncoder source, IDecoder target, int rows) => (Encoder(source, rows).Forward, Decoder(target, 1).Step);

    public static Rows Row(ReadOnlySpan<float> row) => new(row, 1, row.Length, row.Length);

    /// <summary>Channels of an image, from −1 to 1.</summary>
    public static float[] Pixels(int count)
    {
        var random = new Random(3);
        return [.. Enumerable.Range(0, count).Select(_ => (2 * random.NextSingle()) - 1)];
    }

    public void Dispose()
    {
        foreach (IDisposable each in owned)
            each.Dispose();
    }

    private static int[] Tokens(int count, int vocabulary) => [.. Enumerable.Range(1, count).Select(i => (int)(i * 7919L % vocabulary))];
}
