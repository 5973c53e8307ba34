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

    public abstract void Dispose();
}

/// <summary>Ours.</summary>
internal sealed class Ours : Contender
{
    private readonly IDisposable _model, _session;
    private readonly IDecoder _decoder;

    public Ours(string checkpoint, LlamaShape shape, string format, int threads)
    {
        (_model, _session, _decoder) = (shape.Name, format) switch
        {
            ("tinyllama", "float32") => Open(TinyLlama.Load(checkpoint, threads: threads), model => model.CreateSession()),
            ("tinyllama", _) => Open(TinyLlamaBFloat16.Load(checkpoint, threads: threads), model => model.CreateSession()),
            (_, "float32") => Open(SmolLm.Load(checkpoint, threads: threads), model => model.CreateSession()),
            _ => Open(SmolLmBFloat16.Load(checkpoint, threads: threads), model => model.CreateSession()),
        };

        static (IDisposable, IDisposable, IDecoder) Open<TModel, TSession>(TModel model, Func<TModel, TSession> create)
            where TModel : IDisposable
            where TSession : IDisposable, IDecoder => create(model) is var session ? (model, session, session) : default;
    }

    public override ReadOnlySpan<float> Prompt(ReadOnlySpan<int> tokens)
    {
        _decoder.Reset();
        return _decoder.Step(tokens);
    }

    public override ReadOnlySpan<float> Step(int token) => _decoder.Step(new[] { token });

    public override void Dispose()
    {
        _session.Dispose();
        _model.Dispose();
    }
}
