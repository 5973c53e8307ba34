using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Classes that the generated half could not join, and stages outside of any model.</summary>
public sealed class ClassTests
{
    [Fact]
    public Task ModelThatIsNotPartial() => Analysis.ExpectSource(
        Analysis.Model.Replace("partial class Pronouncer", "class {|ATTN008:Pronouncer|}", StringComparison.Ordinal), "", ["'Pronouncer' must be partial", "declare 'partial class Pronouncer'"]);

    [Fact]
    public Task StageThatIsNotPartial() => Analysis.ExpectSource(
        Analysis.Model.Replace("partial class Spelling;", "class {|ATTN008:Spelling|};", StringComparison.Ordinal),
        Analysis.Usage.Replace("session.Spelling;", "null!;", StringComparison.Ordinal), ["'Spelling' must be partial", "declare 'partial class Spelling'"],
        "CS0029", "CS1061", "CS1061", "CS1061", "CS1061");

    [Theory]
    [InlineData("public static class", "class")]
    [InlineData("public interface", "interface")]
    [InlineData("public record struct", "record struct")]
    public Task ContainerThatIsNotPartial(string declaration, string keyword) => Analysis.ExpectSource(
        $"{declaration} {{|ATTN008:Outer|}}\n{{\n    public static partial class Inner\n    {{\n{Analysis.Model.Replace("using Attention.Dsl;", "", StringComparison.Ordinal).Replace("namespace Toys;", "", StringComparison.Ordinal)}\n    }}\n}}"
            .Insert(0, "using Attention.Dsl;\nnamespace Toys;\n"),
        "", ["'Outer' around model 'Pronouncer' must be partial too", $"declare 'partial {keyword} Outer'"]);

    [Theory]
    [InlineData("public static partial class {|ATTN008:Pronouncer|}", "not static")]
    [InlineData("public abstract partial class {|ATTN008:Pronouncer|}", "abstract")]
    [InlineData("public sealed partial record {|ATTN008:Pronouncer|}", "no record")]
    [InlineData("file sealed partial class {|ATTN008:Pronouncer|}", "'file'")]
    [InlineData("public sealed partial class {|ATTN008:Pronouncer|}<T>", "type parameters", "remove them")]
    public Task ModelThatNoHalfCouldJoin(string declaration, params string[] facts) =>
        Analysis.ExpectSource(Analysis.Model.Replace("public sealed partial class Pronouncer", declaration, StringComparison.Ordinal), "", facts);

    [Fact]
    public Task ModelWithAPrimaryConstructor() => Analysis.Expect(
        "public sealed partial class Pronouncer\n{", "public sealed partial class {|ATTN008:Pronouncer|}(int size)\n{\n    public int Size => size;\n", ["'Pronouncer' must not have a primary constructor", "remove the parameters"]);

    [Theory]
    [InlineData("public sealed partial class {|ATTN008:Spelling|} : Base;\n    public class Base;", "no base class")]
    [InlineData("public abstract partial class {|ATTN008:Spelling|};", "abstract")]
    [InlineData("sealed partial class {|ATTN008:Spelling|};", "private, as nested classes are by default", "declare it public or internal")]
    [InlineData("public sealed partial class {|ATTN008:Spelling|}(int size) { public int Size => size; }", "no primary constructor")]
    public Task StageThatIsNoPlainClass(string declaration, params string[] facts) =>
        Analysis.Expect("public sealed partial class Spelling;", declaration, [.. facts, "'Spelling'"]);

    [Theory]
    [InlineData("private sealed partial class {|ATTN008:Spelling|};", "is private")]
    [InlineData("protected sealed partial class {|ATTN008:Spelling|};", "is protected", "CS0628")]
    [InlineData("public static partial class {|ATTN008:Spelling|};", "static")]
    [InlineData("public sealed partial record {|ATTN008:Spelling|};", "no record")]
    [InlineData("public sealed partial class {|ATTN008:Spelling|}<T>;", "generic")]
    public Task StageThatNobodyCouldUse_LeavesTheOthersUsable(string declaration, string fact, params string[] compilerErrors) => Analysis.ExpectSource(
        Analysis.Model.Replace("public sealed partial class Spelling;", declaration, StringComparison.Ordinal),
        Analysis.Usage.Replace("Pronouncer.Spelling spelling = session.Spelling;", "IEncoder spelling = null!;", StringComparison.Ordinal),
        [fact, "declare"], compilerErrors);

    [Fact]
    public Task AttributesOnSeveralDeclarations() => Analysis.Expect(
        "    [SelfAttention(heads: 4)]\n    [FeedForward(64, Activation.Gelu)]\n    public sealed partial class Spelling;",
        "    [SelfAttention(heads: 4)]\n    public sealed partial class {|ATTN008:Spelling|};\n    [FeedForward(64, Activation.Gelu)] partial class Spelling;",
        ["'Spelling' stand on 2 declarations", "put all on one"]);

    private const string Stage = """
        [{|ATTN009:Encoder|}(layers: 1, width: 16)]
        [Embedding(vocabulary: 12, length: 8)]
        [SelfAttention(heads: 4)]
        public sealed partial class Lost;
        """;

    [Fact]
    public Task StageOutsideOfAnyClass() => Analysis.ExpectSource(
        "using Attention.Dsl;\n" + Stage, "", ["[Encoder] stands on 'Lost', which is in no model", "nest it in a partial class with [AttentionModel]"]);

    [Fact]
    public Task StageInAClassThatIsNoModel() => Analysis.ExpectSource(
        $"using Attention.Dsl;\npublic partial class Outer\n{{\n{Stage}\n}}", "", ["'Lost'", "'Outer' around it is no model", "put [AttentionModel] on 'Outer'"]);

    [Fact]
    public Task StageNestedTwoDeep() => Analysis.Expect(
        "public sealed partial class Spelling;", $"public sealed partial class Spelling;\npublic static partial class Inner\n{{\n{Stage}\n}}",
        ["[Encoder] stands on 'Lost', which is nested in 'Inner' and not directly in model 'Pronouncer'", "move it there"]);

    [Fact]
    public Task PartsOutsideOfAnyModel_WithoutKind() => Analysis.ExpectSource(
        "using Attention.Dsl;\n[{|ATTN009:SelfAttention|}(heads: 4), FeedForward(8, Activation.Relu)]\npublic class Lost;", "", ["[SelfAttention] stands on 'Lost'"]);

    [Fact]
    public Task KindIsMarked_WhereverItStands() => Analysis.ExpectSource(
        "using Attention.Dsl;\n[Embedding(2, 3)]\n[{|ATTN009:Attention.Dsl.DecoderAttribute|}(0, 2)]\npublic class Lost;", "", ["[Decoder] stands on 'Lost'"]);

    [Fact]
    public Task StageThatIsTheModelItself_BesideAnother() => Analysis.ExpectSource(
        """
        using Attention.Dsl;
        [AttentionModel]
        [{|ATTN009:Encoder|}(layers: 1, width: 16)]
        [Embedding(vocabulary: 12, length: 8)]
        [SelfAttention(heads: 4)]
        public sealed partial class Both
        {
            [Encoder(layers: 0, width: 16)]
            [Embedding(vocabulary: 12, length: 8, Name = "other")]
            public sealed partial class Nested;
        }
        """,
        "internal static class Usage { public static void Run() { using Both model = Both.Load(\"\"); using Both.Session session = model.CreateSession(); session.Nested.Forward([1]); } }",
        ["[Encoder] stands on model 'Both' itself, which has the stage 'Nested' too", "put the attributes on a nested partial class"]);

    [Fact]
    public Task AttributesOfAModelThatIsAStage_OnTwoDeclarations() => Analysis.ExpectSource(
        "using Attention.Dsl;\n[AttentionModel] [Encoder(0, 8)] public sealed partial class {|ATTN008:Lone|};\n[Embedding(4, 4)] partial class Lone;", "",
        ["'Lone' stand on 2 declarations"]);

    [Fact]
    public Task ModelInsideOfAModel_IsNoStage() => Analysis.Expect(
        "public sealed partial class Spelling;",
        "public sealed partial class Spelling;\n[AttentionModel] public sealed partial class Other { [Encoder(0, 4), Embedding(2, 3)] public sealed partial class Text; }", []);
}
