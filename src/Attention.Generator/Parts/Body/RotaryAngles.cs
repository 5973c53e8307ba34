using Attention.Generator.Graph;
using Attention.Generator.Operations;

namespace Attention.Generator.Parts;

/// <summary>How fast the pairs of a <c>[Rotary]</c> turn, and what reaches positions beyond those that were trained.</summary>
/// <param name="Rates">Of all widths and lengths the same.</param>
/// <param name="Ntk">With <see cref="RotaryScaling.DynamicNtk"/> how many rows were trained, and by which factor the base grows with them; null without.</param>
/// <param name="Factors">What the angle of each pair is divided by besides.</param>
internal sealed record RotaryAngles(RotaryFrequencies Rates, (int Length, double Factor)? Ntk = null, EquatableArray<double> Factors = default)
{
    private static readonly (string Argument, RotaryScaling[] Of)[] s_arguments =
    [
        ("OriginalLength", [RotaryScaling.Llama3, RotaryScaling.Yarn, RotaryScaling.DynamicNtk, RotaryScaling.LongRope]),
        ("LowFrequency", [RotaryScaling.Llama3]), ("HighFrequency", [RotaryScaling.Llama3]),
        ("BetaFast", [RotaryScaling.Yarn]), ("BetaSlow", [RotaryScaling.Yarn]), ("Truncate", [RotaryScaling.Yarn]), ("MScale", [RotaryScaling.Yarn]), ("MScaleAllDim", [RotaryScaling.Yarn]),
        ("AttentionFactor", [RotaryScaling.Yarn, RotaryScaling.LongRope]),
        ("Factors", [RotaryScaling.LongRope]),
    ];

    public static RotaryAngles Parse(Arguments arguments)
    {
        RotaryScaling scaling = arguments.Member("Scaling", RotaryScaling.Linear);
        foreach ((string argument, RotaryScaling[] of) in s_arguments)
        {
            if (arguments.Has(argument) && !of.Contains(scaling))
                arguments.WithoutEffect($"{argument} is given {arguments.Place}, whose Scaling is {scaling}; remove it, or say {(of.Length == 1 ? "" : "one of ")}{string.Join(", ", of.Select(kind => $"Scaling = RotaryScaling.{kind}"))}", argument);
        }

        var rates = new RotaryFrequencies(arguments.Real("Base", 10000, 1, 1e12), arguments.Real("Factor", 1, 1e-3, 1e6));
        if (scaling is RotaryScaling.Linear or > RotaryScaling.LongRope or < 0)
            return new RotaryAngles(rates);
        if (arguments.Has("Side"))
            arguments.Report($"Scaling is {scaling} {arguments.Place}, but Side says that rows are places of an image, which have no length; remove one of the two", "Scaling", RuleIds.MisplacedPart);
        int length = scaling == RotaryScaling.LongRope && (arguments.Has("AttentionFactor") || !arguments.Has("Factor")) ? arguments.OptionalSize("OriginalLength") ?? 0 : arguments.Required("OriginalLength");
        if (scaling != RotaryScaling.LongRope && !(rates.Factor > 1))
            arguments.Report($"Factor is {Arguments.Number(rates.Factor)} {arguments.Place}, whose Scaling is {scaling}; expected more than 1", arguments.Has("Factor") ? "Factor" : "Scaling");
        return scaling switch
        {
            RotaryScaling.Llama3 => new(rates with { Ramp = Ramp("LowFrequency", 1, "HighFrequency", 4, isOfTurns: true, isWhole: false) }),
            RotaryScaling.Yarn => new(rates with { Ramp = Ramp("BetaSlow", 1, "BetaFast", 32, isOfTurns: false, arguments.Flag("Truncate", true)), Amplitude = YarnAmplitude() }),
            RotaryScaling.DynamicNtk => new(rates with { Factor = 1 }, (length, rates.Factor)),
            _ => new(rates with { Factor = 1, Amplitude = LongAmplitude() }, Factors: ListOf()),
        };

        RotaryRamp Ramp(string low, double absentLow, string high, double absentHigh, bool isOfTurns, bool isWhole)
        {
            double slow = arguments.Real(low, absentLow, 1e-6, 1e6), fast = arguments.Real(high, absentHigh, 1e-6, 1e6);
            if (slow >= fast)
                arguments.Report($"{low} is {Arguments.Number(slow)} and {high} is {Arguments.Number(fast)} {arguments.Place}; expected a {low} below {high}", arguments.Has(low) ? low : high);
            if (!isOfTurns && rates.Base == 1)
                arguments.Report($"Base is 1 {arguments.Place}, so that all pairs turn alike and none is slow; expected more than 1", "Base");
            return new RotaryRamp(Math.Max(1, length), slow, fast, isOfTurns, isWhole);
        }

        double YarnAmplitude()
        {
            double one = arguments.Real("MScale", 0, 0, 1e3), all = arguments.Real("MScaleAllDim", 0, 0, 1e3);
            if (arguments.Has("AttentionFactor"))
            {
                foreach (string argument in new[] { "MScale", "MScaleAllDim" }.Where(arguments.Has))
                    arguments.WithoutEffect($"{argument} is given {arguments.Place} beside AttentionFactor, which it would make; remove one of the two", argument);
                return arguments.Real("AttentionFactor", 1, 1e-3, 1e3);
            }

            return one > 0 && all > 0 ? M(one) / M(all) : M(1);

            double M(double scale) => rates.Factor <= 1 ? 1 : (0.1 * scale * Math.Log(rates.Factor)) + 1;
        }

        double LongAmplitude() => arguments.Has("AttentionFactor") ? arguments.Real("AttentionFactor", 1, 1e-3, 1e3) : rates.Factor <= 1 || length <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(rates.Factor) / Math.Log(length)));

        EquatableArray<double> ListOf()
        {
            EquatableArray<double> factors = arguments.Reals("Factors") ?? default;
            if (factors.Count == 0)
                arguments.Report($"Factors {(arguments.Has("Factors") ? "is empty" : "is not given")} {arguments.Place}, whose Scaling is LongRope; expected a number for each pair", arguments.Has("Factors") ? "Factors" : "Scaling");
            else if (factors.Where(factor => !(factor >= 1e-3 && factor <= 1e9)).Cast<double?>().FirstOrDefault() is double wrong)
                arguments.Report($"Factors has {Arguments.Number(wrong)} {arguments.Place}; expected numbers from 1e-3 to 1e9", "Factors");
            return factors;
        }
    }

    /// <summary>What turns so many channels of the rows of a stage.</summary>
    public Rotations Of(int width, bool isInterleaved, int rows) => new(width, isInterleaved, Ntk is not (int length, double factor) || rows <= length ? Rates
        : Rates with { Base = Rates.Base * Math.Pow((factor * rows / length) - (factor - 1), width / (width - 2d)) }) { Factors = Factors };
}
