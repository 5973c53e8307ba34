namespace Attention.Tests.Reference;

/// <summary>What the reference makes of a stage for some inputs, each part of it computed once, when it is asked for.</summary>
/// <param name="model">The stage's model.</param>
/// <param name="stage">The stage's name.</param>
/// <param name="inputs">What every stage is given.</param>
internal sealed class ReferenceRun(CompiledModel model, string stage, IReadOnlyDictionary<string, StageInput> inputs)
{
    private readonly Lazy<(double[][] Rows, KeptWeights<double> Weights, double Closest)> _wide = new(() =>
    {
        var kept = new KeptWeights<double>();
        return (model.Wide.Run(stage, inputs, kept.See), kept, model.Wide.Closest);
    });

    private readonly Lazy<(float[][] Rows, KeptWeights<float> Weights)> _plain = new(() => Run(model.Plain, stage, inputs));

    private readonly Lazy<(float[][] Rows, KeptWeights<float> Weights)>[] _others = [.. model.OtherPlain.Select(program => new Lazy<(float[][], KeptWeights<float>)>(() => Run(program, stage, inputs)))];

    /// <summary>The rows in float64.</summary>
    public double[][] Rows => _wide.Value.Rows;

    /// <summary>The attention weights in float64.</summary>
    public KeptWeights<double> Weights => _wide.Value.Weights;

    /// <summary>How near a choice came to another: <see cref="GraphInterpreter{T}.Closest"/>.</summary>
    public double Closest => _wide.Value.Closest;

    /// <summary>A plain float32 program's.</summary>
    public (float[][] Rows, KeptWeights<float> Weights) Plain => _plain.Value;

    /// <summary>Those that sum in another order.</summary>
    public IEnumerable<(float[][] Rows, KeptWeights<float> Weights)> Others => _others.Select(other => other.Value);

    private static (float[][] Rows, KeptWeights<float> Weights) Run(GraphInterpreter<float> program, string stage, IReadOnlyDictionary<string, StageInput> inputs)
    {
        var kept = new KeptWeights<float>();
        return (program.Run(stage, inputs, kept.See), kept);
    }
}
