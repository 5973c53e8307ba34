using System.Globalization;
using System.Text.RegularExpressions;
using Attention.Dsl;
using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Parts;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>
/// Random valid declarations, generated under a culture in which numbers look different, compiled as strictly as a user
/// may compile, and held against the reference. A part is a class, since classes run side by side.
/// </summary>
public abstract class RandomDeclarationTests(ITestOutputHelper output, int part)
{
    private const int Models = 16;

    /// <summary>The parts that there are: what each begins its random numbers with, and its weights' format.</summary>
    internal static readonly (int Part, WeightFormat Format)[] Seeds = [(1, WeightFormat.Float32), (2, WeightFormat.Float32), (3, WeightFormat.Float32), (4, WeightFormat.BFloat16), (6, WeightFormat.Int8)];

    private readonly WeightFormat _format = Seeds.Single(seed => seed.Part == part).Format;

    [Fact]
    public void Random_declarations_agree_with_the_reference()
    {
        var random = new Random(part);
        (string, string)[] sources = [.. Declarations(part).Select((declaration, i) => ($"Random{part}x{i}", declaration))];
        InstructionSet[] supported = [.. Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported)];
        Dictionary<string, InstructionSet> sets = sources.ToDictionary(source => source.Item1, _ => supported[random.Next(supported.Length)]);
        CultureInfo before = CultureInfo.CurrentCulture;
        Dictionary<string, CompiledModel> models;
        try
        {
            CultureInfo.CurrentCulture = Hostile();
            models = CompiledModel.Compile(_format, name => sets[name], sources);
        }
        finally
        {
            CultureInfo.CurrentCulture = before;
        }

        double worst = 0;
        (int calls, int hanging) = (0, 0);
        foreach (CompiledModel model in models.Values)
        {
            // Every other model runs on two threads, its work cut as small as it can be, and every other keeps attention weights.
            InstructionSet set = sets[model.Name];
            CompiledSession session = model.CreateSession(set, new SessionSettings { CaptureAttention = random.Next(2) == 0 }, threads: 1 + random.Next(2));
            session.Core.Work.ChunkCost = 1;
            CheckBatches(model, set, random);
            if (session.Stage(model.Stages[^1].Name) is IBatchDecoder)
                SequenceTests.CheckTogether(model, set, threads: 2, new Random(part), rounds: 12);
            int most = model.Stages[^1].Source.Length;
            foreach (int length in new[] { 1, random.Next(1, most + 1), most })
            {
                Dictionary<string, StageInput> inputs = OperationTests.InputsOf(model, length, random);
                worst = Math.Max(worst, session.Check(inputs, hangs: () => hanging++));
                calls += model.Stages.Count;
                foreach (string stage in model.Stages.Where(stage => session.Stage(stage.Name) is IDecoder).Select(stage => stage.Name))
                    CheckSteps(session, stage, inputs[stage], random);
            }
        }

        output.WriteLine($"{models.Count} declarations, largest error: {worst:F3} of what is allowed; in {hanging} of {calls} passes a choice hangs by a thread");
        Assert.InRange(worst, 1e-9, 1);
        Assert.InRange(hanging, 0, calls / 10);
    }

    /// <summary>The declarations of a seed.</summary>
    internal static string[] Declarations(int part) => s_declarations.Value[part];

    private static readonly Lazy<Dictionary<int, string[]>> s_declarations = new(() =>
    {
        var said = new HashSet<string>();
        return Seeds.ToDictionary(seed => seed.Part, seed => Declarations(new Random(seed.Part), seed.Format, said));
    });

    /// <summary>
    /// Of a few each time the one that says most of what none of the seed has said before, and above all what none of any has, so that rare options have their turn. A table that is
    /// logits too is rounded for these only, which the reference has no place for.
    /// </summary>
    private static string[] Declarations(Random random, WeightFormat format, HashSet<string> saidByAny)
    {
        var said = new HashSet<string>();
        string[] declarations = new string[Models];
        for (int i = 0; i < Models; i++)
        {
            declarations[i] = Enumerable.Range(0, 60).Select(_ => RandomDeclaration.Of(random, mayTie: format == WeightFormat.Float32))
                .MaxBy(declaration => RandomDeclaration.Said(declaration).Sum(word => (said.Contains(word) ? 0 : 1) + (saidByAny.Contains(word) ? 0 : 10)))!;
            said.UnionWith(RandomDeclaration.Said(declarations[i]));
            saidByAny.UnionWith(said);
        }

        // Products of two maps that no rows are added to cancel by chance, in each layer again, and the plain program's rounding may be a fraction of any other's.
        return [.. declarations.Select(declaration => Regex.Replace(declaration, @"(\[FeedForward\([^]]*Gated = true[^]]*), Residual = false", "$1"))];
    }

    /// <summary>A batch has the bits that its sequences have one by one, whatever the number of threads.</summary>
    private static void CheckBatches(CompiledModel model, InstructionSet set, Random random)
    {
        const int room = 600;
        if (model.Stages.All(stage => stage.IsDecoder || stage.HasLogits || stage.Source is RowSource || stage.Operations.OfType<Attend>().Any(attend => attend.Other is not null)))
            return;
        CompiledSession alone = model.CreateSession(set), session = model.CreateSession(set, new SessionSettings { BatchTokens = room }, threads: 1 + random.Next(2));
        session.Core.Work.ChunkCost = 1;
        for (int round = 0; round < 3; round++)
        {
            session.Poison();
            Dictionary<string, StageInput>[] inputs = [.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => OperationTests.InputsOf(model, random.Next(1, model.Stages[^1].Source.Length + 1), random))];
            foreach (StageGraph stage in model.Stages)
            {
                StageInput[] given = [.. inputs.Select(input => input[stage.Name])];
                if (given.Any(input => input.Types.Length == 0))
                    given = [.. given.Select(input => input with { Types = [] })];
                if (session.ForwardBatch(stage.Name, given) is not float[] batch)
                    continue;
                float[] single = [.. given.SelectMany(input => alone.Forward(stage.Name, input))];
                Assert.Equal(single.Select(BitConverter.SingleToInt32Bits), batch.Select(BitConverter.SingleToInt32Bits));
            }
        }
    }

    private static void CheckSteps(CompiledSession session, string stage, StageInput input, Random random)
    {
        float[] rows = session.Forward(stage, input);
        int[] tokens = input.Tokens;
        IDecoder decoder = session.Decoder(stage);
        decoder.Reset();
        for (int p = 0; p < tokens.Length;)
        {
            int end = Math.Min(tokens.Length, p + random.Next(1, 9));
            float[] row = decoder.Step(tokens.AsSpan(p, end - p)).ToArray();
            Assert.Equal(rows.AsSpan((end - 1) * decoder.Width, decoder.Width).ToArray(), row);
            p = end;
        }
    }

    /// <summary>Numbers with a comma for the point and U+2212 for the minus sign.</summary>
    private static CultureInfo Hostile()
    {
        var culture = (CultureInfo)CultureInfo.InvariantCulture.Clone();
        culture.NumberFormat.NegativeSign = "\u2212";
        culture.NumberFormat.NumberDecimalSeparator = ",";
        culture.NumberFormat.NumberGroupSeparator = "\u00a0";
        return culture;
    }
}

public sealed class RandomDeclarations1Tests(ITestOutputHelper output) : RandomDeclarationTests(output, 1);

public sealed class RandomDeclarations2Tests(ITestOutputHelper output) : RandomDeclarationTests(output, 2);

public sealed class RandomDeclarations3Tests(ITestOutputHelper output) : RandomDeclarationTests(output, 3);

public sealed class RandomDeclarations4Tests(ITestOutputHelper output) : RandomDeclarationTests(output, 4);

public sealed class RandomDeclarations5Tests(ITestOutputHelper output) : RandomDeclarationTests(output, 6);
