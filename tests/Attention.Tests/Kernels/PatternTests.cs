using System.Reflection;
using System.Text.RegularExpressions;
using Attention.Dsl;
using Attention.Tests.Generator;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Xunit;

namespace Attention.Tests.Kernels;

/// <summary>Attention of rows that see what a method says.</summary>
public sealed class PatternTests(ITestOutputHelper output) : OperationTests(output)
{
    private static readonly Lazy<Dictionary<string, CompiledModel>> s_models = new(() => CompiledModel.Compile([.. Patterns()]));

    internal override Dictionary<string, CompiledModel> Models => s_models.Value;

    protected override int[] Lengths => [.. Enumerable.Range(1, 18), 31, 32, 33, 40, 63, 64, 65, 97, 130, 600, 1100];

    /// <summary>What rows see, some of it so that some see nothing.</summary>
    internal static readonly string[] Methods =
    [
        "(query + key) % 2 == 0", "true", "false", "query / 40 == key / 40", "(query * 7919 ^ key * 104729) % 11 < 3", "query % 5 != 0 && key % 3 == 0", "key < 3 || key > query + 70",
        "(query - key) % 64 == 0", "query == key", "key >= 33",
    ];

    private static IEnumerable<(string Name, string Body)> Patterns()
    {
        for (int i = 0; i < Methods.Length; i++)
        {
            int headWidth = new[] { 1, 8, 17, 32, 49 }[i % 5], heads = 1 + (i % 3), length = i is 4 or 7 ? 1100 : 130;
            string method = $"{{ private static bool Sees(int query, int key) => {Methods[i]}; }}", options = new[] { "", ", Causal = true", ", Window = 40", ", Causal = true, Window = 37" }[i % 4];
            yield return ($"Encoder{i}", $"[Encoder(1, {6 + i})] [Embedding(13, {length})] [SelfAttention({heads}, HeadWidth = {headWidth}, Mask = nameof(Sees){options})] public sealed partial class S {method}");
            string sparse = new[] { "7", "40, Part = SparsePart.PerHead", "33, Pattern = SparsePattern.Fixed, Summary = 5, Groups = 2", "16, Part = SparsePart.Far", "9, Pattern = SparsePattern.Fixed, Part = SparsePart.PerHead, Groups = 3", "1, Part = SparsePart.Near" }[i % 6];
            yield return ($"Sparse{i}", $"[{(i % 2 == 0 ? "Encoder" : "Decoder")}(1, {6 + i})] [Embedding(13, {(i == 0 ? 1100 : 130)})] [SparseAttention(3, {sparse}, HeadWidth = {headWidth})] public sealed partial class S;");
            yield return ($"Decoder{i}", $"[Decoder(2, {6 + i})] [Embedding(13, {length})] [SelfAttention({heads}, HeadWidth = {headWidth}, Mask = \"Sees\"{(i % 2 == 0 ? "" : ", Window = 50")})] [FeedForward(8, Activation.Relu)] public sealed partial class S {method}");
        }
    }

    private static readonly Lazy<(string Name, CompiledModel Model, Func<int, int, int, bool> Sees)[]> s_apart = new(() =>
    {
        // Of a length, a query and a key.
        (string Name, string Part, string Method, Func<int, int, int, bool> Sees)[] kinds =
        [
            ("Causal", "SelfAttention(2, Causal = true", "true", (_, query, key) => key <= query),
            ("Window", "SelfAttention(2, Window = 20", "true", (_, query, key) => Math.Abs(query - key) <= 20),
            ("CausalWindow", "SelfAttention(2, Causal = true, Window = 9", "true", (_, query, key) => key <= query && query - key < 9),
            ("Even", "SelfAttention(2, Mask = nameof(Sees)", "(query + key) % 2 == 0", (_, query, key) => (query + key) % 2 == 0),
            ("Global", "SelfAttention(2, Window = 9, Global = 2", "true", (_, query, key) => query < 2 || key < 2 || Math.Abs(query - key) <= 9),
            ("GlobalProjections", "SelfAttention(2, Window = 9, Global = 2, GlobalProjections = true", "true", (_, query, key) => query < 2 || key < 2 || Math.Abs(query - key) <= 9),
            ("Sinks", "SelfAttention(2, Causal = true, Window = 9, Global = 2", "true", (_, query, key) => key <= query && (key < 2 || query - key < 9)),
            ("PrefixWindow", "SelfAttention(2, Causal = true, Window = 9, Prefix = 3", "true", (_, query, key) => key < 3 || (key <= query && query - key < 9)),
            ("Blind", "SelfAttention(2, Mask = nameof(Sees), Causal = true", "key % 5 == 1", (_, query, key) => key <= query && key % 5 == 1),
            ("Blocks", "LocalAttention(2, 16", "true", (_, query, key) => Math.Abs((query / 16) - (key / 16)) <= 1),
            ("BlocksBefore", "LocalAttention(2, 7, Causal = true, Backward = 2", "true", (_, query, key) => key <= query && (query / 7) - (key / 7) <= 2),
            ("Strided", "SparseAttention(2, 12", "true", (_, query, key) => key <= query && (query - key < 12 || (query - key) % 12 == 0)),
            ("Fixed", "SparseAttention(2, 12, Pattern = SparsePattern.Fixed, Summary = 2", "true", (_, query, key) => key <= query && (query / 12 == key / 12 || key % 12 >= 10)),
            ("ImageRow", "ImageAttention(2, 12, ImagePattern.Row, Text = 6", "true", (_, query, key) => key <= query && (key < 6 || (query - 6) / 12 == (key - 6) / 12)),
            ("ImageColumn", "ImageAttention(2, 12, ImagePattern.Column, Text = 6", "true", (_, query, key) => key <= query && (key < 6 || (query - key) % 12 == 0)),
            ("ImageConvolution", "ImageAttention(2, 12, ImagePattern.Convolution, Text = 6", "true", (_, query, key) => key <= query && (key < 6 || (((query - 6) / 12) - ((key - 6) / 12) <= 2 && ((query - 6) % 12) - ((key - 6) % 12) is >= 0 and <= 2))),
            ("RandomBlocks", "BigBirdAttention(2, 10, RandomIsFirst = true", "true", (length, query, key) => IsNear(length, query / 10, key / 10)),
        ];
        Dictionary<string, CompiledModel> models = CompiledModel.Compile([.. kinds.Select(kind => (kind.Name,
            $"[Encoder(1, 24, Norm = NormPlacement.None)] [Features(150)] [{kind.Part}, HeadWidth = 19)] public sealed partial class S {{ private static bool Sees(int query, int key) => {kind.Method}; }}"))]);
        return [.. kinds.Select(kind => (kind.Name, models[kind.Name], kind.Sees))];

        // Up to eleven blocks are seen whole; the first and the last see all and are seen by all.
        static bool IsNear(int length, int query, int key)
        {
            int last = (length - 1) / 10;
            return last <= 10 || Math.Abs(query - key) <= 1 || query == 0 || key == 0 || query == last || key == last;
        }
    });

    /// <summary>Whatever stands in a row changes no bit of those that do not see it.</summary>
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void What_a_row_does_not_see_does_not_reach_it(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach ((string name, CompiledModel model, Func<int, int, int, bool> sees) in s_apart.Value)
        {
            CompiledSession session = model.CreateSession(instructionSet);
            foreach (int length in new[] { 150, 33, 12 })
            {
                float[] sound = StageInput.Random(model.Stages[0], length, new Random(length)).Values;
                int[] expected = [.. session.Forward("S", new StageInput([], [], sound)).Select(BitConverter.SingleToInt32Bits)];
                foreach (int hard in new[] { 0, 1, 7, 11, length / 2, length - 1 })
                {
                    foreach (float value in new[] { float.NaN, float.PositiveInfinity, float.NegativeInfinity, 3e38f })
                    {
                        float[] spoilt = [.. sound];
                        spoilt.AsSpan(24 * hard, 24).Fill(value);
                        spoilt[24 * hard] = -value;
                        int[] actual = [.. session.Forward("S", new StageInput([], [], spoilt)).Select(BitConverter.SingleToInt32Bits)];
                        foreach (int row in Enumerable.Range(0, length).Where(row => row != hard && !sees(length, row, hard)))
                            Assert.True(expected.AsSpan(24 * row, 24).SequenceEqual(actual.AsSpan(24 * row, 24)), $"{name} on {instructionSet}, {length} rows: row {row} knows that row {hard} is {value}");
                    }
                }
            }
        }
    }

    /// <summary>Nor does what it does not see of another stage.</summary>
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void What_a_row_does_not_see_of_another_stage_does_not_reach_it(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        CompiledSession session = s_crossing.Value.CreateSession(instructionSet);
        foreach ((int keys, int length) in new[] { (70, 90), (33, 17), (5, 1) })
        {
            float[] sound = StageInput.Random(s_crossing.Value.Stages[0], keys, new Random(keys)).Values, asking = StageInput.Random(s_crossing.Value.Stages[1], length, new Random(length)).Values;
            int[] expected = Bits(sound);
            foreach (int hard in new[] { 0, 4, keys / 2, keys - 1 })
            {
                float[] spoilt = [.. sound];
                spoilt.AsSpan(12 * hard, 12).Fill(float.NaN);
                int[] actual = Bits(spoilt);
                for (int row = 0; row < length; row++)
                    Assert.Equal((row + (2 * hard)) % 5 != 1, expected.AsSpan(24 * row, 24).SequenceEqual(actual.AsSpan(24 * row, 24)));
            }

            int[] Bits(float[] source)
            {
                session.Forward("A", new StageInput([], [], source));
                return [.. session.Forward("B", new StageInput([], [], asking)).Select(BitConverter.SingleToInt32Bits)];
            }
        }
    }

    private static readonly Lazy<CompiledModel> s_crossing = new(() => CompiledModel.Compile("Crossing", """
        [Encoder(0, 12)] [Features(70)] public sealed partial class A;
        [Encoder(1, 24, Norm = NormPlacement.None)] [Features(90)] [CrossAttention("a", 2, HeadWidth = 19, SourceWidth = 12, Mask = nameof(Sees))] public sealed partial class B
        {
            private static bool Sees(int query, int key) => (query + (2 * key)) % 5 == 1;
        }
        """));

    /// <summary>A window that a method describes has the bits of the one that an argument says.</summary>
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void A_window_has_the_bits_of_the_built_in_one(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach ((string kind, string window, string method) in new[] { ("Encoder", "Window = 45", "System.Math.Abs(query - key) <= 45"), ("Decoder", "Window = 45", "query - key < 45") })
        {
            string Body(string option, string more) => $"[{kind}(2, 24)] [Embedding(13, 700)] [Positions(PositionKind.Sinusoidal)] [SelfAttention(2, {option})] public sealed partial class S{more}";
            // Compiled apart, they have the same weights.
            CompiledModel named = CompiledModel.Compile("Model", Body("Window = 45", ";")), asked = CompiledModel.Compile("Model", Body("Mask = nameof(Sees)", $" {{ private static bool Sees(int query, int key) => {method}; }}"));
            CompiledSession built = named.CreateSession(instructionSet), own = asked.CreateSession(instructionSet);
            foreach (int length in new[] { 1, 50, 99, 700 })
            {
                StageInput input = StageInput.Random(named.Stages[0], length, new Random(length));
                Assert.Equal(built.Forward("S", input).Select(BitConverter.SingleToInt32Bits), own.Forward("S", input).Select(BitConverter.SingleToInt32Bits));
            }
        }
    }

    /// <summary>How long a sequence may be changes no bit of a short one, though values of long ones are brought together.</summary>
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void What_may_be_long_has_the_bits_of_what_may_not(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        foreach (string option in new[] { "", ", Causal = true", ", Causal = true, Prefix = 20, Capture = true", ", TopK = 5", ", Window = 7, Global = 2, GlobalProjections = true" })
        {
            string Body(int length) => $"[Encoder(2, 24)] [Embedding(13, {length})] [Positions(PositionKind.Sinusoidal)] [SelfAttention(2, HeadWidth = 33{option})] public sealed partial class S;";
            CompiledModel few = CompiledModel.Compile("Model", Body(99)), many = CompiledModel.Compile("Model", Body(2049));
            CompiledSession usual = few.CreateSession(instructionSet), large = many.CreateSession(instructionSet, new SessionSettings { BatchTokens = 400 }, threads: 2);
            StageInput[] inputs = [.. new[] { 1, 50, 99, 8, 33 }.Select(length => StageInput.Random(few.Stages[0], length, new Random(length)))];
            int[][] expected = [.. inputs.Select(input => usual.Forward("S", input).Select(BitConverter.SingleToInt32Bits).ToArray())];
            for (int i = 0; i < inputs.Length; i++)
            {
                large.Poison();
                Assert.Equal(expected[i], large.Forward("S", inputs[i]).Select(BitConverter.SingleToInt32Bits));
            }

            large.Poison();
            Assert.Equal(expected.SelectMany(bits => bits), large.ForwardBatch("S", inputs)!.Select(BitConverter.SingleToInt32Bits));
        }
    }

    /// <summary>A method that says blocks is asked while a model is loaded and never again: once for what is seen and, unless keys count once, once for how often.</summary>
    [Theory]
    [InlineData("", 2)]
    [InlineData(", CountOnce = true", 1)]
    public void Methods_that_say_blocks_are_asked_when_a_model_is_loaded(string option, int times)
    {
        CompiledModel model = CompiledModel.Compile("Asked", $$"""
            [Encoder(2, 24)] [Features(60)] [BigBirdAttention(3, 5, Random = 2, Blocks = nameof(Blocks){{option}})]
            public sealed partial class S { private static int s_count; private static int Blocks(int layer, int blocks, int head, int row, int place) { s_count++; return (layer + head + row + place) % blocks; } }
            """);
        FieldInfo count = model.Type.GetNestedType("S")!.GetField("s_count", BindingFlags.Static | BindingFlags.NonPublic)!;
        CompiledSession session = model.CreateSession(InstructionSet.Portable);

        // Of 10 blocks, the fewest that are not seen whole, to 12, and of each the rows but the first and the last.
        Assert.Equal(times * 2 * 3 * 2 * (8 + 9 + 10), count.GetValue(null));
        session.Forward("S", new StageInput([], [], new float[60 * 24]));
        Assert.Equal(times * 2 * 3 * 2 * (8 + 9 + 10), count.GetValue(null));
    }

    /// <summary>What makes weights of scores is the same for all patterns, by labels or not, and there once.</summary>
    [Fact]
    public void Patterns_share_what_makes_weights()
    {
        string[] attentions = [.. new[] { "Sees", "Other" }.SelectMany(mask => new[] { "", ", Causal = true" }.SelectMany(causal => new[] { "", ", TopK = 3" }.SelectMany(best => new[] { "", ", Labels = LabelRule.Equal" }
            .Select(labels => $"Mask = nameof({mask}){causal}{best}{labels}")))).Select((options, i) => $"[SelfAttention(4, {options}, Name = \"a{i}.{{layer}}\")]")];
        GeneratorRun run = GeneratorRun.Of($"using Attention.Dsl; [AttentionModel] [Encoder(1, 20)] [Embedding(13, 97)] [Labels(Token = 4)] {string.Concat(attentions)} public sealed partial class Many {{ private static bool Sees(int query, int key) => key % 2 == 0; private static bool Other(int query, int key) => key % 3 == 0; }}");
        string[] kernels = [.. run.Files.Select(file => file.SourceText.ToString()).Where(text => text.Contains(" Softmax_Pattern(", StringComparison.Ordinal))];
        Assert.NotEmpty(kernels);
        foreach (string text in kernels)
        {
            string[] names = [.. Regex.Matches(text, @"static void (\w*Softmax\w*)\(").Select(match => match.Groups[1].Value).Order(StringComparer.Ordinal)];
            Assert.Equal(["Softmax_Pattern", "Softmax_Pattern_Bounded", "Top3Softmax_Pattern", "Top3Softmax_Pattern_Bounded"], names);
        }
    }
}
