using Attention.Dsl;

namespace Attention.Llamas;

/// <summary>A llama that takes prompts and steps; some step several sequences at once.</summary>
internal abstract class Contender : IDisposable
{
    /// <summary>Begins anew with a prompt.</summary>
    /// <returns>The scores of the token behind it.</returns>
    public abstract ReadOnlySpan<float> Prompt(ReadOnlySpan<int> tokens);

    /// <summary>Goes on by a token.</summary>
    public abstract ReadOnlySpan<float> Step(int token);

    /// <summary>Begins <see cref="LlamaShape.Together"/> sequences anew, each with the tokens of a prompt from its own number on.</summary>
    public abstract void PromptTogether(ReadOnlySpan<int> tokens, int length);

    /// <summary>Goes on by a token in each of them.</summary>
    /// <returns>The scores of the last one.</returns>
    public abstract ReadOnlySpan<float> StepTogether(ReadOnlySpan<int> tokens);

    public abstract void Dispose();
}

/// <summary>Ours.</summary>
internal sealed class Ours : Contender
{
    private readonly IDisposable _model;
    private readonly IBatchDecoder[] _sessions;

    public Ours(string checkpoint, LlamaShape shape, string format, int threads)
    {
        (_model, _sessions) = (shape.Name, format) switch
        {
            ("tinyllama", "float32") => Open(TinyLlama.Load(checkpoint, threads: threads), (model, settings) => model.CreateSession(settings)),
            ("tinyllama", "int8") => Open(TinyLlamaInt8.Load(checkpoint, threads: threads), (model, settings) => model.CreateSession(settings)),
            ("tinyllama", "int4") => Open(TinyLlamaInt4.Load(checkpoint, threads: threads), (model, settings) => model.CreateSession(settings)),
            ("tinyllama", _) => Open(TinyLlamaBFloat16.Load(checkpoint, threads: threads), (model, settings) => model.CreateSession(settings)),
            (_, "float32") => Open(SmolLm.Load(checkpoint, threads: threads), (model, settings) => model.CreateSession(settings)),
            (_, "int8") => Open(SmolLmInt8.Load(checkpoint, threads: threads), (model, settings) => model.CreateSession(settings)),
            (_, "int4") => Open(SmolLmInt4.Load(checkpoint, threads: threads), (model, settings) => model.CreateSession(settings)),
            _ => Open(SmolLmBFloat16.Load(checkpoint, threads: threads), (model, settings) => model.CreateSession(settings)),
        };

        static (IDisposable, IBatchDecoder[]) Open<T>(T model, Func<T, SessionSettings, IBatchDecoder> create)
            where T : IDisposable => (model, [.. Enumerable.Range(0, LlamaShape.Together).Select(i => create(model, new SessionSettings { Sequences = i == 0 ? LlamaShape.Together : 0 }))]);
    }

    private IBatchDecoder First => _sessions[0];

    public override ReadOnlySpan<float> Prompt(ReadOnlySpan<int> tokens)
    {
        First.Reset();
        return First.Step(tokens);
    }

    public override ReadOnlySpan<float> Step(int token) => First.Step(new[] { token });

    public override void PromptTogether(ReadOnlySpan<int> tokens, int length)
    {
        for (int i = 0; i < _sessions.Length; i++)
        {
            _sessions[i].Reset();
            _sessions[i].Step(tokens.Slice(i, length));
        }
    }

    public override ReadOnlySpan<float> StepTogether(ReadOnlySpan<int> tokens) => First.StepBatch(_sessions, tokens)[LlamaShape.Together - 1];

    public override void Dispose()
    {
        foreach (IBatchDecoder session in _sessions)
            (session as IDisposable)?.Dispose();
        _model.Dispose();
    }
}
