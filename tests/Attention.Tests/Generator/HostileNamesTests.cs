using System.Text.RegularExpressions;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Attention.Tests.Generator;

/// <summary>Whatever a user calls things, the generated code compiles without a word from the compiler.</summary>
public sealed partial class HostileNamesTests
{
    /// <summary>Names that the generated code uses itself, that only <c>@</c> makes names, or that are not of our alphabet.</summary>
    internal static readonly string[] Hostile =
    [
        "Vector512", "Vector256", "Vector128", "Avx512", "Avx2", "Vectors128", "Portable", "IArithmetic", "TArithmetic", "FusedArithmetic", "SeparateArithmetic", "Unsafe", "Rows", "Math", "MathF", "BitConverter", "String", "Int32",
        "Span", "ReadOnlySpan", "Lanes", "VectorMath", "KeyPanels", "RowCopy", "DoublePrecision", "PackedMask", "ScoreBias", "SeenContext", "TopScores", "SoftCap", "Computed", "Kernels", "System", "Attention", "Generated", "Runtime", "Dsl",
        "SessionCore", "SafeTensors", "PinnedMemory", "StageGuard", "InstructionSets", "IDecoder", "IEncoder", "IRowScorer", "TokenSequence", "DecodingOptions", "BeamSearch", "Hypothesis", "Hypotheses", "SessionSettings", "AttentionWeights", "BeamTracks",
        "NotCompiled", "Tile", "Product", "Softmax", "Embed", "@event", "@class", "@namespace", "@core", "@value", "@file", "@record",
        "@var", "@dynamic", "@nameof", "@await", "@async", "@weights", "@memory", "@session", "@tokens", "@this", "@__arglist", "_", "__",
        "Ünïcödé", "モデル", "हिन्दी",
    ];

    [Fact]
    public void Stages() => AssertCompiles(1, $$"""
        namespace Hostile
        {
            [AttentionModel]
            public sealed partial class Model
            {
                {{Join((name, i) => Encoder(name) + Decoder("Reader" + i, name))}}
            }
        }
        """);

    [Fact]
    public void StagesThatAttendToOthers() => AssertCompiles(1, $$"""
        namespace Hostile
        {
            [AttentionModel]
            public sealed partial class Model
            {
                {{Encoder("Source")}}
                {{Join((name, _) => Decoder(name, "Source"))}}
            }
        }
        """);

    [Fact]
    public void Models() => AssertCompiles(Hostile.Length, $$"""
        namespace Hostile
        {
            {{Join((name, _) => $"[AttentionModel] public sealed partial class {name} {{ {Small} }}")}}
        }
        """);

    [Fact]
    public void ModelsThatAreStages() => AssertCompiles(Hostile.Length, $$"""
        namespace Hostile
        {
            {{Join((name, i) => "[AttentionModel] " + (i % 4) switch
            {
                0 => "[Decoder(1, 4)] [Embedding(3, 2)] [SelfAttention(1, Capture = true)] [Logits]",
                1 => "[Encoder(1, 4)] [Embedding(3, 2)] [TokenTypes(2)] [ClassToken] [SelfAttention(1, Capture = true)] [Head(2)]",
                2 => "[Encoder(1, 4)] [Embedding(3, 2)] [TokenTypes(2)] [SelfAttention(1, Capture = true)] [Logits]",
                _ => "[Encoder(1, 4)] [Patches(4, 2)] [SelfAttention(1)]",
            } + $" public sealed partial class {name};")}}
        }
        """);

    [Fact]
    public void StagesThatReadOthers() => AssertCompiles(1, $$"""
        namespace Hostile
        {
            [AttentionModel]
            public sealed partial class Model
            {
                [Encoder(1, 4)] [Features(2)] [SelfAttention(1)] public sealed partial class First;
                {{Join((name, i) => $"[Encoder(1, 4, Prefix = \"p{i}\")] [Input(from: \"first\")] [SelfAttention(1, Capture = true)] public sealed partial class {name};")}}
            }
        }
        """);

    [Fact]
    public void StagesThatExchange() => AssertCompiles(1, $$"""
        namespace Hostile
        {
            [AttentionModel]
            public sealed partial class Model
            {
                [Encoder(0, 4)] [Features(2)] [ClassToken] public sealed partial class First;
                {{Join((name, i) => $"[Encoder(0, 4, Prefix = \"p{i}\")] [Features(2)] [ClassToken] [ClassExchange(\"first\", 1, Capture = true)] public sealed partial class {name}; [Encoder(0, 4, Prefix = \"q{i}\")] [Input(\"{name.TrimStart('@')}\")] [Head(2)] {(i > 0 ? $"[MeanWith(\"Scores{i - 1}\")]" : "")} public sealed partial class Scores{i};")}}
            }
        }
        """);

    [Fact]
    public void ModelsAlikeButForCaseOrNestedUnderTheNameOfAnInstructionSet() => AssertCompiles(4, $$"""
        namespace Hostile
        {
            [AttentionModel] public sealed partial class Model { {{Small}} }
            [AttentionModel] public sealed partial class MODEL { {{Small}} }
            [AttentionModel] public sealed partial class Outer
            {
                {{Small}}
                [AttentionModel] public sealed partial class Avx512 { {{Small}} }
            }
        }
        """);

    [Fact]
    public void Namespaces() => AssertCompiles(Hostile.Length, $$"""
        {{Join((name, _) => $"namespace Hostile.{name}.Inner {{ [AttentionModel] public sealed partial class Model {{ {Small} }} }}")}}
        """);

    [Fact]
    public void Containers() => AssertCompiles(Hostile.Length, $$"""
        namespace Hostile
        {
            {{Join((name, _) => $"internal partial class {name}<T> {{ [AttentionModel] public sealed partial class Model {{ {Small} }} }}")}}
        }
        """);

    /// <summary>No class may have a member called like itself: such stages are findings, and only the surface is written.</summary>
    [Theory]
    [InlineData("Forward")]
    [InlineData("Width")]
    [InlineData("Length")]
    [InlineData("ToString")]
    [InlineData("Load")]
    [InlineData("Session")]
    public void StagesCalledLikeGeneratedMembers(string name)
    {
        GeneratorRun run = GeneratorRun.Of($"using Attention.Dsl; [AttentionModel] internal sealed partial class Model {{ {Encoder(name)} }}");
        Assert.Equal("Model.g.cs", Assert.Single(run.Files).HintName);
    }

    [Fact]
    public void OuterNamespaces()
    {
        string[] names =
        [
            "System", "System.Runtime.CompilerServices", "Attention", "Attention.Dsl", "Attention.Runtime", "Attention.Generated",
            "Vector512", "Unsafe", "MathF.Lanes", "@class", "@class.@namespace.@event",
        ];
        AssertCompiles(names.Length, string.Join("\n", names.Select(name => $"namespace {name} {{ [AttentionModel] internal sealed partial class Model {{ {Small} }} }}")));
    }

    [Fact]
    public void GlobalNamespace() => AssertCompiles(1, $$"""
        [AttentionModel]
        internal sealed partial class Model
        {
            {{Encoder("Text")}}
            {{Decoder("Reader", "Text", accessibility: "internal")}}
        }
        """);

    [Fact]
    public void OuterTypes()
    {
        (string Keywords, string Declaration)[] outer =
        [
            ("class", "Outer1<TKey, TValue> where TKey : notnull where TValue : class, new()"), ("class", "Outer2<@class>"), ("struct", "Outer3"), ("record", "Outer4(int Value)"),
            ("record struct", "Outer5<T>(T Value)"), ("interface", "Outer6"), ("static class", "Outer7"), ("abstract class", "Outer8"), ("ref struct", "Outer9"), ("readonly struct", "Outer10"),
        ];
        AssertCompiles(outer.Length, $$"""
            namespace Hostile
            {
                internal partial class Outermost<T0>
                {
                    {{string.Join("\n", outer.Select(Container))}}
                }
            }
            """);

        static string Container((string Keywords, string Declaration) outer)
        {
            int modifiers = outer.Keywords.StartsWith("record", StringComparison.Ordinal) ? 0 : outer.Keywords.LastIndexOf(' ') + 1;
            return $"private {outer.Keywords[..modifiers]}partial {outer.Keywords[modifiers..]} {outer.Declaration} {{ [AttentionModel] internal sealed partial class Model {{ {Small} }} }}";
        }
    }

    /// <summary>One simple name in two namespaces, in containers that differ in arity only, and in each other.</summary>
    [Fact]
    public void SameNames() => AssertCompiles(13, $$"""
        [AttentionModel] internal sealed partial class Model { {{Small}} }
        namespace A { [AttentionModel] internal sealed partial class Model { {{Small}} } }
        namespace B { [AttentionModel] internal sealed partial class Model { {{Small}} } }
        namespace B.A { [AttentionModel] internal sealed partial class Model { {{Small}} } }
        namespace B
        {
            internal partial class Outer { [AttentionModel] internal sealed partial class Model { {{Small}} } }
            internal partial class Outer<T> { [AttentionModel] internal sealed partial class Model { {{Small}} } }
            internal partial class Outer<T, U> { [AttentionModel] internal sealed partial class Model { {{Small}} } }
            internal partial class Outermost { internal partial class Outer<T> { [AttentionModel] internal sealed partial class Model { {{Small}} } } }
            internal partial class Outer__1 { [AttentionModel] internal sealed partial class Model { {{Small}} } }
            internal partial class Outer_1 { [AttentionModel] internal sealed partial class Model { {{Small}} } }
            internal partial class Outer_ { [AttentionModel] internal sealed partial class Model { {{Small}} } }
            [AttentionModel] internal sealed partial class Outer_Model { {{Small}} }
            [AttentionModel] internal sealed partial class @\u004Dodel2 { {{Small}} }
        }
        """);

    /// <summary>A model may hold others, even ones called like what the outer one's kernels use.</summary>
    [Fact]
    public void ModelsInModels()
    {
        string[] names = ["Inner", "Vector512", "Unsafe", "MathF", "Lanes", "System", "Attention", "Kernels"];
        AssertCompiles(1 + names.Length, $$"""
            [AttentionModel]
            internal sealed partial class Model
            {
                {{Encoder("Text")}}
                {{string.Join("\n", names.Select(name => $"[AttentionModel] internal sealed partial class {name} {{ {Small} }}"))}}
            }
            """);
    }

    /// <summary>A model's kernels stand in no namespace that a class of the user's could bring about.</summary>
    [Fact]
    public void ModelsUnderTheNamesOfKernels() => AssertCompiles(6, $$"""
        [AttentionModel]
        internal sealed partial class Model
        {
            {{Encoder("Text")}}
            internal static partial class Kernels
            {
                [AttentionModel] internal sealed partial class Avx512 { {{Small}} }
                [AttentionModel] internal sealed partial class Avx2 { {{Small}} internal static partial class Kernels { [AttentionModel] internal sealed partial class Portable { {{Small}} } } }
                [AttentionModel] internal sealed partial class Portable { {{Small}} }
            }
        }
        namespace Model_ { internal static partial class Kernels { [AttentionModel] internal sealed partial class Avx512 { {{Small}} } } }
        """);

    /// <summary>Types of the user's that stand where a careless short name would find them.</summary>
    [Fact]
    public void TypesOfTheUser() => AssertCompiles(1, $$"""
        internal sealed class Vector512;
        internal sealed class Unsafe;
        internal sealed class MathF;
        internal sealed class Rows;
        internal sealed class IDisposable;
        internal sealed class ArgumentException;
        namespace Hostile
        {
            internal sealed class System;
            internal sealed class Attention;
            internal sealed class InstructionSet;
            internal sealed class InstructionSets;
            internal sealed class SessionCore;
            internal sealed class Session;
            internal sealed class ReadOnlySpan<T>;
            internal sealed class Vector128<T>;
            internal sealed class GeneratedCodeAttribute;
            [AttentionModel]
            public sealed partial class Model
            {
                {{Encoder("Text")}}
                {{Decoder("Reader", "Text")}}
            }
        }
        """);

    /// <summary>Members of the user's in a model and its stages, called like anything but what is generated for them to call.</summary>
    [Fact]
    public void MembersOfTheUser() => AssertCompiles(1, $$"""
        namespace Hostile
        {
            [AttentionModel]
            public sealed partial class Model
            {
                private const string System = "System", Attention = "Attention", file = "", chosen = "", path = "", stream = "", packer = "";
                private const int layer = 1, offset = 2, instructionSet = 3;
                private static int global() => layer + offset + instructionSet + System.Length + Attention.Length + file.Length + chosen.Length + path.Length + stream.Length + packer.Length;
                internal delegate int Unsafe(int @event);
                private enum Rows { Words, Readers }
                internal struct Span;
                internal int this[int index] => global() + index + (int)Rows.Words + (int)Rows.Readers;
                internal event global::System.Action? Pack { add { } remove { } }
                internal Model(int value) : this(null!, default, 1) => _ = value;

                {{Encoder("Text")}}
                {{Decoder("Reader", "Text")}}

                public sealed partial class Text
                {
                    private static readonly int tokens = 1, core = 2, session = 3, System = 4, Attention = 5, Memory = 6;
                    internal static int Sum => tokens + core + session + System + Attention + Memory;
                    internal struct ReadOnlySpan;
                    internal enum Rows { None }
                }

                public sealed partial class Reader
                {
                    private static readonly int tokens = 1, logits = 2, position = 3, rows = 4, first = 5, destination = 6, Source = 7;
                    internal static int Sum => tokens + logits + position + rows + first + destination + Source;
                    private Reader() : this(null!, null!) { }
                }
            }
        }
        """);

    internal static string Encoder(string name, string accessibility = "public") => $$"""

        [Encoder(layers: 1, width: 4, Prefix = "{{name}}")]
        [Embedding(vocabulary: 3, length: 2, Scaled = true)]
        [Positions(PositionKind.Sinusoidal)]
        [SelfAttention(heads: 1)]
        [FeedForward(4, Activation.Relu)]
        {{accessibility}} sealed partial class {{name}};
        """;

    internal static string Decoder(string name, string source, string accessibility = "public") => $$"""

        [Decoder(layers: 2, width: 4, Prefix = "{{name}}", Norm = NormPlacement.Pre, FinalNorm = true)]
        [Embedding(vocabulary: 3, length: 2)]
        [Positions(PositionKind.Learned)]
        [SelfAttention(heads: 1, Mask = "{{MethodOf(name, 0)}}", ScoreBias = "{{MethodOf(name, 1)}}", TopK = 1, SoftCap = 9)]
        [CrossAttention(from: "{{source.TrimStart('@')}}", Mask = "{{MethodOf(name, 0)}}", ScoreBias = "{{MethodOf(name, 1)}}")]
        [FeedForward(4, Activation.Silu)]
        [Logits]
        {{accessibility}} sealed partial class {{name}}
        {
            private static bool {{MethodOf(name, 0)}}(int a, int b) => a >= b;

            private static float {{MethodOf(name, 1)}}(int a, int b) => a - b;
        }
        """;

    /// <summary>Methods that attributes name are called as what the code that asks them is written with.</summary>
    private static string MethodOf(string name, int place) => new[] { "query", "key", "head", "PackedMask", "heads", "length", "scale", "Computed", "Math" }[(name.Length + (4 * place)) % 9] + (place == 1 ? "_" : "");

    /// <summary>The stages of a model with few kernels.</summary>
    internal const string Small = """
        [Encoder(layers: 0, width: 4)]
        [Embedding(vocabulary: 3, length: 2)]
        public sealed partial class Text;

        [Decoder(layers: 0, width: 4)]
        [Embedding(vocabulary: 3, length: 2)]
        [Positions(PositionKind.Learned)]
        public sealed partial class Reader;
        """;

    private static string Join(Func<string, int, string> each) => string.Join("\n", Hostile.Select(each));

    /// <summary>All models are written in full, a surface and three instruction sets each, and nobody complains. Of kernels that differ in height one is compiled: names are alike in all.</summary>
    internal static GeneratorRun AssertCompiles(int models, string source)
    {
        GeneratorRun run = GeneratorRun.Of("#pragma warning disable CS8981 // Types called by small letters only.\nusing Attention.Dsl;\n" + source);
        Assert.Null(run.Result.Results.Single().Exception);
        Assert.Equal(4 * models, run.Files.Length);
        Assert.Empty(run.Result.Diagnostics);
        using var stream = new MemoryStream();
        Diagnostic[] diagnostics = [.. run.WithKernels((_, kernel) => !Taller().IsMatch(kernel)).Output.Emit(stream).Diagnostics.Where(diagnostic => diagnostic.Severity != DiagnosticSeverity.Hidden)];
        Assert.True(diagnostics.Length == 0, string.Join("\n", diagnostics.Take(20).Select(diagnostic => diagnostic.ToString())));
        return run;
    }

    /// <summary>A kernel of more rows than one.</summary>
    [GeneratedRegex("_H([2-9]|[1-9][0-9]+)$")]
    private static partial Regex Taller();
}
