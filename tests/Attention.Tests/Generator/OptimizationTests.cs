using System.Reflection;
using System.Reflection.Emit;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using Attention.Dsl;
using Attention.Runtime;
using Attention.Tests.Models;
using Attention.Tests.Reference;
using Microsoft.CodeAnalysis.Emit;
using Xunit;

namespace Attention.Tests.Generator;

/// <summary>
/// The JIT optimises every generated method. It gives up on those that are too large, silently, and then a kernel is
/// some twenty times as slow: so one test asks the JIT itself, another keeps well below its limits.
/// </summary>
public sealed partial class OptimizationTests
{
    /// <summary>Tells the child process which assembly to have compiled.</summary>
    private const string AssemblyVariable = "ATTENTION_TEST_COMPILE";

    private const string KernelNamespace = "Attention.Generated.";

    /// <summary>BERT-base, an encoder–decoder with wide heads, and every operation there is.</summary>
    internal const string Large = """
        using Attention.Dsl;

        namespace Large;

        [AttentionModel]
        internal sealed partial class Bert
        {
            [Encoder(layers: 12, width: 768)]
            [Embedding(vocabulary: 30522, length: 256, Padding = 0)]
            [Positions(PositionKind.Learned)]
            [Segment(vocabulary: 8192, length: 256)]
            [Positions(PositionKind.Axial, Columns = 16)]
            [LayerNorm]
            [SelfAttention(heads: 12)]
            [BigBirdAttention(heads: 12, block: 16, Name = "bigbird.{layer}")]
            [SelfAttention(heads: 12, Window = 64, Global = 8, GlobalProjections = true, Name = "global.{layer}")]
            [LinformerAttention(heads: 12, rank: 128, ProjectFirst = true, Capture = true, Name = "linformer.{layer}")]
            [ExternalAttention(memory: 64, Capture = true)]
            [ExternalAttention(memory: 64, Heads = 12, Expansion = 4, Bias = true, BatchNorm = true, After = Activation.Gelu, Capture = true, Name = "memory.{layer}")]
            [FeedForward(3072, Activation.Gelu, Gate = Gate.LayerScale)]
            [Pooling(PoolingKind.First)]
            [Linear(768, Activation = Activation.GeluTanh)]
            [L2Normalize]
            public sealed partial class Text;
        }

        [AttentionModel(Layout = WeightLayout.CrossVit)]
        internal sealed partial class Branches
        {
            [Encoder(layers: 1, width: 192, Norm = NormPlacement.Pre, FinalNorm = true)]
            [Patches(image: 240, patch: 12, Channels = 3)]
            [ClassToken]
            [Positions(PositionKind.Learned)]
            [SelfAttention(heads: 6)]
            [FeedForward(768, Activation.Gelu)]
            [ClassExchange("large", heads: 6, SourceWidth = 384, Groups = 3, Capture = true)]
            public sealed partial class Small;

            [Encoder(layers: 4, width: 384, Norm = NormPlacement.Pre, FinalNorm = true, Prefix = "1")]
            [Patches(image: 224, patch: 16, Channels = 3)]
            [ClassToken]
            [Positions(PositionKind.Learned)]
            [SelfAttention(heads: 6)]
            [FeedForward(1152, Activation.Gelu)]
            [ClassExchange("small", heads: 6, SourceWidth = 192, Groups = 3)]
            public sealed partial class Large;

            [Encoder(layers: 0, width: 192)]
            [Input("small")]
            [Head(1000)]
            public sealed partial class SmallScores;

            [Encoder(layers: 0, width: 384, Prefix = "1")]
            [Input("large")]
            [Head(1000)]
            [MeanWith("smallScores")]
            public sealed partial class Scores;
        }

        [AttentionModel]
        internal sealed partial class Wide
        {
            [Encoder(layers: 2, width: 1024)]
            [Embedding(vocabulary: 1000, length: 100)]
            [Positions(PositionKind.Sinusoidal)]
            [Labels(Rows = 10)]
            [Rotary]
            [SelfAttention(heads: 8)]
            [SelfAttention(heads: 8, KeyValueHeads = 2, Sinks = true, QueryKeyNorm = QueryKeyNorm.Whole, Name = "grouped.{layer}")]
            [FeedForward(4096, Activation.Relu)]
            public sealed partial class Source;

            [Decoder(layers: 2, width: 999, Norm = NormPlacement.Pre, FinalNorm = true)]
            [Embedding(vocabulary: 997, length: 100)]
            [Positions(PositionKind.Learned)]
            [Labels(Token = 3)]
            [TokenShift(Text = 20, Side = 9)]
            [SelfAttention(heads: 3, Capture = true, Labels = LabelRule.Equal)]
            [CrossAttention(from: "source", heads: 8, HeadWidth = 256, SourceWidth = 1024, Capture = true, Labels = LabelRule.Equal, Gate = Gate.Tanh)]
            [FeedForward(4001, Activation.Silu, Gated = true)]
            [Logits(Tied = true)]
            public sealed partial class Target;

            [Encoder(layers: 1, width: 1024, Prefix = "queries")]
            [Queries(64, PerLabel = true)]
            [Labels(Rows = 64)]
            [CrossAttention(from: "source", heads: 8, SourceNorm = true, IncludeQueries = true, Labels = LabelRule.Equal)]
            public sealed partial class Latents;

            [Encoder(layers: 1, width: 67, Prefix = "other")]
            [Embedding(vocabulary: 10, length: 10)]
            [Rotary(Side = 3, Text = 1, Values = true, Interleaved = true)]
            [SelfAttention(heads: 1, HeadWidth = 127, Causal = true)]
            [FeedForward(131, Activation.Gelu, Gated = true)]
            [Pooling(PoolingKind.Max)]
            [DivideMax]
            public sealed partial class Odd;

            [Encoder(layers: 1, width: 1024, Prefix = "relative")]
            [Embedding(vocabulary: 10, length: 100)]
            [DisentangledPositions(64, MaxDistance = 90, Norm = true)]
            [SelfAttention(heads: 8)]
            public sealed partial class Disentangled;

            [Decoder(layers: 2, width: 1024, Norm = NormPlacement.Pre, Kind = NormKind.Rms, FinalNorm = true, Bias = false, Prefix = "modern")]
            [Embedding(vocabulary: 997, length: 1000)]
            [Rotary]
            [SelfAttention(heads: 16, KeyValueHeads = 4, Window = 40, Name = "near.{layer}")]
            [SelfAttention(heads: 16, KeyValueHeads = 4, Window = 40, SoftCap = 50, Sinks = true, QueryKeyNorm = QueryKeyNorm.PerHead, Capture = true)]
            [CrossAttention(from: "source", heads: 16, KeyValueHeads = 1, QueryKeyNorm = QueryKeyNorm.PerHead, QueryKeyNormKind = NormKind.Layer)]
            [FeedForward(4096, Activation.Silu, Gated = true)]
            [Logits(Tied = true, SoftCap = 30)]
            public sealed partial class Modern;
        }
        """;

    /// <summary>A method with more blocks than the JIT cares to optimise.</summary>
    private static readonly string s_giant =
        $"internal static class Control {{ internal static int Giant(int x, int y) {{ {string.Concat(Enumerable.Range(0, 3000).Select(i => $"if (x == {3 * i}) x += y;\n"))} return x; }} }}";

    private const string Giant = "Control:Giant";

    private static readonly Lazy<byte[]> s_image = new(() =>
    {
        using var stream = new MemoryStream();
        EmitResult result = GeneratorRun.Of(Large, s_giant).Output.Emit(stream);
        Assert.True(result.Success, string.Join("\n", result.Diagnostics));
        return stream.ToArray();
    });

    private static readonly Lazy<Assembly> s_assembly = new(() => Assembly.Load(s_image.Value));

    /// <summary>Well below what makes the JIT give up: 60,000 bytes of IL, 2,000 locals, 8,000 references to them.</summary>
    [Fact]
    public void MethodsAreSmall()
    {
        Measured[] methods = [.. MethodsOf(s_assembly.Value).Select(Measure)];
        Assert.Contains(methods, method => method.Name.Contains("Tile_768x3_H8", StringComparison.Ordinal) && method.LocalReferences > 100);
        Assert.Equal([Giant], methods.Where(method => method.Bytes >= 8192 || method.Locals >= 200 || method.LocalReferences >= 2000).Select(method => method.Name));
    }

    /// <summary>The measure is not blind: it counts every local of a method, and every use of one.</summary>
    [Fact]
    public void Measure_CountsWhatIsThere()
    {
        Assembly assembly = GeneratorRun.Of("""
            internal static class Control
            {
                internal static long Three(ref int x)
                {
                    int a = x, b = x + 1; long c = x;
                    switch (a) { case 0: case 1: case 2: x = b; break; }
                    while (x < 1000) { x += b; c += a; }
                    return c + b;
                }
            }
            """).Load();
        Measured measured = Measure(Assert.Single(MethodsOf(assembly)));
        Assert.Equal(3, measured.Locals);
        Assert.Equal(3 + 2 + 4 + 2, measured.LocalReferences);
    }

    /// <summary>What Load has compiled on a thread of the pool, where no one would hear of a failure.</summary>
    [Theory]
    [ClassData(typeof(EveryInstructionSet))]
    public void MarkedMethodsAreCompiledAhead(InstructionSet instructionSet)
    {
        EveryInstructionSet.SkipUnlessSupported(instructionSet);
        Assert.InRange(KernelCompilation.Compile(KernelClass.Of(s_assembly.Value, "Large_Bert", instructionSet)), 20, 100);
    }

    /// <summary>
    /// A process of its own compiles every generated method and one that is too large, and its JIT says how; and of kernels
    /// that compute, what came of them.
    /// </summary>
    [Fact]
    public async Task EveryMethodIsOptimised()
    {
        CancellationToken cancellation = TestContext.Current.CancellationToken;
        string log = Path.GetTempFileName(), assembly = Path.GetTempFileName();
        try
        {
            await File.WriteAllBytesAsync(assembly, s_image.Value, cancellation);
            ChildProcess.Result said = await ChildProcess.Run(
                new()
                {
                    ["DOTNET_JitStdOutFile"] = log,
                    ["DOTNET_JitDisasmSummary"] = "1",
                    ["DOTNET_JitDisasm"] = "Tile_* Scores_* Context_* Softmax* LayerNorm_* Embed_* Relu* Gelu* Silu*",
                    ["DOTNET_TieredCompilation"] = "0",
                    [AssemblyVariable] = assembly,
                },
                cancellation);
            string[] lines = await File.ReadAllLinesAsync(log, cancellation);
            ILookup<string, string> compiled = lines
                .Select(line => CompiledMethod().Match(line)).Where(match => match.Success)
                .ToLookup(match => match.Groups["method"].Value, match => match.Groups["tier"].Value);
            string[] methods = [.. MethodsOf(s_assembly.Value).Where(CanPrepare).Select(NameOf)];
            foreach (InstructionSet isa in Enum.GetValues<InstructionSet>().Where(InstructionSets.IsSupported))
            {
                foreach (string kernel in new[] { "Tile_768x", "Product_768x3072_Gelu", "Scores_64", "Softmax", "Context_64", "Attend_12x64", "LayerNorm_768", "Embed_768", "PoolFirst_768", "L2Normalize_768" })
                    Assert.Contains(methods, method => method.StartsWith($"{KernelClass.NameOf(KernelClass.Of(s_assembly.Value, "Large_Bert", isa))}:{kernel}", StringComparison.Ordinal));
            }

            Assert.True(methods.All(compiled.Contains), $"These were not compiled: {string.Join(", ", methods.Where(method => !compiled.Contains(method)))}\n{said}");
            Assert.Contains(lines, line => line.Contains("Gelu", StringComparison.Ordinal) && line.Contains("Assembly listing", StringComparison.Ordinal));
            Assert.DoesNotContain(lines, line => NotInlined().IsMatch(line));
            Assert.Contains("MinOpts", Assert.Single(compiled[Giant]), StringComparison.Ordinal);
            Assert.Equal([], from method in methods where method != Giant from tier in compiled[method] where tier != "FullOpts" select method + ": " + tier);
        }
        finally
        {
            File.Delete(log);
            File.Delete(assembly);
        }
    }

    /// <summary>
    /// What the child process does instead of running tests: before <c>Main</c>, and so before there are threads that
    /// might still compile something while the JIT closes its log.
    /// </summary>
    [ModuleInitializer]
    internal static void CompileEverything()
    {
        if (Environment.GetEnvironmentVariable(AssemblyVariable) is not string path)
            return;
        foreach (MethodBase method in MethodsOf(Assembly.LoadFile(path)).Where(CanPrepare))
            RuntimeHelpers.PrepareMethod(method.MethodHandle);
        Environment.Exit(0);
    }

    private static IEnumerable<MethodBase> MethodsOf(Assembly assembly) =>
        from type in assembly.GetTypes().SelectMany(KernelClass.Instances)
        from method in type.GetMembers(BindingFlags.Static | BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly).OfType<MethodBase>()
        where method.GetMethodBody() is not null
        select method;

    /// <summary>
    /// Virtual methods, which only call others, are compiled by no less than a call; kernels of vectors that this machine
    /// lacks are never called here.
    /// </summary>
    private static bool CanPrepare(MethodBase method) => !method.IsVirtual && method.DeclaringType is { FullName: string name } type
        && (!name.StartsWith(KernelNamespace, StringComparison.Ordinal) || (!type.IsAbstract && InstructionSets.IsSupported(KernelClass.SetOf(type))));

    /// <summary>The name by which the JIT's summary calls a method.</summary>
    private static string NameOf(MethodBase method) => $"{KernelClass.NameOf(method.DeclaringType!)}:{method.Name}";

    /// <summary>For instance <c>  12: JIT compiled Name.Space.Type:Method(int):int [FullOpts, IL size=3, code size=8]</c>.</summary>
    [GeneratedRegex(@"JIT compiled (?:\(dynamicClass\))?(?<method>[^\s(\[]+(?:\[[^\s\]]+\])?:[^\s(\[]+).*\[(?<tier>[^,\]]+)")]
    private static partial Regex CompiledMethod();

    /// <summary>The JIT inlines what is marked so as long as a method has room for it; then it calls, and all vectors go through memory.</summary>
    [GeneratedRegex(@"call .*Attention\.Runtime\.(VectorMath|Lanes|Simd|Widening|FusedArithmetic|SeparateArithmetic)")]
    private static partial Regex NotInlined();

    private sealed record Measured(string Name, int Bytes, int Locals, int LocalReferences);

    private static readonly Dictionary<short, OpCode> s_codes = typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static)
        .Select(field => (OpCode)field.GetValue(null)!).ToDictionary(code => code.Value);

    private static Measured Measure(MethodBase method)
    {
        MethodBody body = method.GetMethodBody()!;
        byte[] il = body.GetILAsByteArray()!;
        int references = 0;
        for (int i = 0; i < il.Length;)
        {
            OpCode code = s_codes[il[i] == 0xFE ? (short)(0xFE00 | il[++i]) : il[i]];
            i++;
            if (Regex.IsMatch(code.Name!, @"^(ld|st)loc"))
                references++;
            i += code.OperandType switch
            {
                OperandType.InlineNone => 0,
                OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
                OperandType.InlineVar => 2,
                OperandType.InlineI8 or OperandType.InlineR => 8,
                OperandType.InlineSwitch => 4 + (4 * BitConverter.ToInt32(il, i)),
                _ => 4,
            };
        }

        return new Measured(NameOf(method), il.Length, body.LocalVariables.Count, references);
    }
}
