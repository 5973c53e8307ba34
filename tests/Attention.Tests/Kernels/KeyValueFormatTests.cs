using System.Runtime.InteropServices;
using System.Text.Json;
using Attention.Dsl;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Keys and values that are kept as bfloat16: whatever reads them reads the same, and only their rounding differs.</summary>
public class KeyValueFormatTests(ITestOutputHelper output)
{
    private const int Length = 75;

    private static readonly (string Name, string Body)[] s_declarations =
    [
        ("Alone", $"[Decoder(1, 16)] [Embedding(11, {Length})] [SelfAttention(2)] [FeedForward(9, Activation.Relu)] [Logits] public sealed partial class Target;"),
        ("Groups", $"[Decoder(1, 20)] [Embedding(11, {Length})] [SelfAttention(6, HeadWidth = 10, KeyValueHeads = 2, Sinks = true)] [Logits] public sealed partial class Target;"),
        ("Ring", "[Decoder(1, 16)] [Embedding(11, 1000)] [SelfAttention(4, KeyValueHeads = 2, Window = 45, SoftCap = 5)] [Logits] public sealed partial class Target;"),
        ("Window", $"[Decoder(1, 24)] [Embedding(11, {Length})] [SelfAttention(3, Window = 9, Global = 2, Capture = true)] [Logits] public sealed partial class Target;"),
        ("Cross", $"""
            [Encoder(0, 20)] [Embedding(9, 70)] public sealed partial class Source;
            [Decoder(1, 16)] [Embedding(11, {Length})] [SelfAttention(1, HeadWidth = 50, Alibi = true)] [CrossAttention("source", heads: 5, HeadWidth = 6, SourceWidth = 20, Capture = true)] [Logits] public sealed partial class Target;
            """),
        ("Pattern", $$"""
            [Decoder(1, 24)] [Embedding(11, {{Length}})] [SelfAttention(3, Mask = nameof(Sees), ScoreBias = nameof(Slope), TopK = 9)] [Logits] public sealed partial class Target
            {
                private static bool Sees(int query, int key) => (query - key) % 3 != 1;

                private static float Slope(int head, int distance) => -0.1f * (head + 1) * distance;
            }
            """),
        ("Bahdanau", $"""
            [Encoder(0, 20)] [Embedding(9, 70)] public sealed partial class Source;
            [Decoder(1, 20)] [Embedding(11, {Length})] [AdditiveAttention("source", 8)] [Recurrent(CellKind.Lstm)] [Logits] public sealed partial class Target;
            """),
        ("Near", $"""
            [Encoder(0, 20)] [Embedding(9, 70)] public sealed partial class Source;
            [Decoder(1, 20)] [Embedding(11, {Length})] [Recurrent(CellKind.Gru)] [LuongAttention("source", ScoreKind.General, Window = 1, InputFeeding = true)] [Logits] public sealed partial class Target;
            """),
    ];

    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile([.. s_declarations.SelectMany(declaration => new[]
    {
        (declaration.Name, $"[AttentionModel] public sealed partial class {declaration.Name}\n{{\n{declaration.Body}\n}}"),
        (declaration.Name + "Halves", $"[AttentionModel(KeyValues = WeightFormat.BFloat16)] public sealed partial class {declaration.Name}Halves\n{{\n{declaration.Body}\n}}"),
    })]));

    public static TheoryData<InstructionSet, string> Cases()
    {
        var cases = new TheoryData<InstructionSet, string>();
        foreach (InstructionSet instructionSet in Enum.GetValues<InstructionSet>())
        {
            foreach ((string name, _) in s_declarations)
                cases.Add(instructionSet, name);
        }

        return cases;
    }

    [Fact]
    public void What_is_kept_takes_half_the_memory()
    {
        // Of each beam 96 keys of 20 channels and, rows an odd number of 16 floats apart, 75 values; in halves 20 channels are 10 floats, which take 16 as well.
        Assert.Equal((96 * 20) + (Length * 48), Kept("Groups"));
        Assert.Equal((96 * 10) + (Length * 16), Kept("GroupsHalves"));

        static long Kept(string name) => Memory(name, 2) - Memory(name, 1);

        static long Memory(string name, int beams) => s_models.Value[name].CreateSession(InstructionSet.Portable, new SessionSettings { Beams = beams }).Core.Memory.Length;
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Every_way_gives_the_bits_of_a_forward_pass(InstructionSet instructionSet, string name)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        CompiledModel model = s_models.Value[name + "Halves"];
        SequenceTests.CheckTogether(model, instructionSet, threads: 2, new Random(5), rounds: 60, longest: 300);
        if (name != "Ring")
            BeamTests.CheckBeams(model, instructionSet);
    }

    /// <summary>Rows of whole numbers and maps of whole numbers make keys and values of whole numbers, at most 256 and so what bfloat16 holds: nothing is rounded, and all bits are those of float32.</summary>
    [Theory]
    [MemberData(nameof(Cases))]
    public void What_bfloat16_holds_gives_the_bits_of_float32(InstructionSet instructionSet, string name)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        byte[] checkpoint = WholeNumbers(s_models.Value[name].Checkpoint);
        var settings = new SessionSettings { CaptureAttention = name is "Window" or "Cross", Beams = 3 };
        CompiledSession wide = s_models.Value[name].CreateSession(instructionSet, settings, threads: 2, new MemoryStream(checkpoint)), halves = s_models.Value[name + "Halves"].CreateSession(instructionSet, settings, threads: 2, new MemoryStream(checkpoint));
        var random = new Random(3);
        foreach (int length in new[] { 1, 33, s_models.Value[name].Stages[^1].Source.Length })
        {
            Dictionary<string, StageInput> inputs = OperationTests.InputsOf(s_models.Value[name], length, random);
            foreach (CompiledSession session in new[] { wide, halves })
            {
                session.Core.Work.ChunkCost = 1;
                session.Poison();
                if (inputs.TryGetValue("Source", out StageInput? source))
                    session.Forward("Source", source);
            }

            float[] rows = wide.Forward("Target", inputs["Target"]);
            Assert.True(rows.All(float.IsFinite));
            Assert.Equal(rows, halves.Forward("Target", inputs["Target"]));
            foreach (CompiledSession session in new[] { wide, halves })
                session.Decoder("Target").Reset();
            for (int i = 0; i < Math.Min(length, 40); i++)
                Assert.Equal(wide.Decoder("Target").StepBeams(i == 0 ? [0, 0] : [1, 0], [i % 11, (3 * i) % 11]).ToArray(), halves.Decoder("Target").StepBeams(i == 0 ? [0, 0] : [1, 0], [i % 11, (3 * i) % 11]).ToArray());
        }
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void Rows_are_near_those_of_float32(InstructionSet instructionSet, string name)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        CompiledModel model = s_models.Value[name + "Halves"];
        CompiledSession session = model.CreateSession(instructionSet, threads: 2);
        session.Core.Work.ChunkCost = 1;
        Dictionary<string, StageInput> inputs = OperationTests.InputsOf(model, Math.Min(100, model.Stages[^1].Source.Length), new Random(9));
        if (inputs.TryGetValue("Source", out StageInput? source))
            session.Forward("Source", source);
        float[] rows = session.Forward("Target", inputs["Target"]);
        double[][] exact = new ReferenceRun(model, "Target", inputs).Rows;
        double error = exact.Select((row, i) => RowError.Of<double>(row, rows.AsSpan(i * row.Length, row.Length)).Relative).Max();
        output.WriteLine($"{error:E1}");
        Assert.InRange(error, 1e-5, 1.0 / 64);
    }

    /// <summary>A checkpoint of whole numbers from −2 to 2.</summary>
    private static byte[] WholeNumbers(byte[] checkpoint)
    {
        int header = (int)BitConverter.ToInt64(checkpoint);
        foreach (JsonProperty tensor in JsonDocument.Parse(checkpoint.AsMemory(8, header)).RootElement.EnumerateObject().Where(tensor => tensor.Name != "__metadata__"))
        {
            Assert.Equal("F32", tensor.Value.GetProperty("dtype").GetString());
            int[] offsets = [.. tensor.Value.GetProperty("data_offsets").EnumerateArray().Select(offset => offset.GetInt32())];
            foreach (ref float value in MemoryMarshal.Cast<byte, float>(checkpoint.AsSpan(8 + header)[offsets[0]..offsets[1]]))
                value = BitConverter.SingleToInt32Bits(value) % 3;
        }

        return checkpoint;
    }
}
