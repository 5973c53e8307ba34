using Attention.Generator.Kernels;
using Attention.Tests.Generator;
using Microsoft.CodeAnalysis;
using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Whatever the user writes in a model's classes and on them compiles without a warning, in generated files too, or is a finding there.</summary>
public sealed class UsersClassTests
{
    private const string Attributes = "[AttentionModel, Encoder(1, 8), Embedding(9, 5), SelfAttention(2)]";

    private static string Model(string body, string head = "") => $$"""
        using Attention.Dsl;
        namespace Toys;
        {{Attributes}}{{head.Split('|')[0]}} public sealed partial class Model{{(head.Contains('|', StringComparison.Ordinal) ? head.Split('|')[1] : "")}} { {{body}} }

        """;

    private static string Stages(string body, string attributes = "", string rest = "") => $$"""
        using Attention.Dsl;
        namespace Toys;
        [AttentionModel] public sealed partial class Model
        {
            [Encoder(1, 8), Embedding(9, 5), SelfAttention(2)] {{attributes}} public sealed partial class Text { {{body}} }
            [Decoder(1, 8), Embedding(9, 5), SelfAttention(2, Capture = true), CrossAttention("text"), Logits] public sealed partial class Writer;
            {{rest}}
        }

        """;

    [Theory]
    [InlineData("public void set_Threads(long value) { }")]
    [InlineData("public class Session<T>;")]
    [InlineData("public static int Load<T>(string path, InstructionSet? set, int threads, bool keep) => 1;")]
    [InlineData("public static int Load(ref string path, InstructionSet? set, int threads, bool keep) => 1;")]
    [InlineData("~Model() { } static Model() { }")]
    [InlineData("public static implicit operator Model(string text) => null!; public int this[int index] => index; public void Deconstruct(out int a, out int b) => a = b = 1;")]
    [InlineData("public static bool operator ==(Model? a, Model? b) => true; public static bool operator !=(Model? a, Model? b) => false; public override bool Equals(object? other) => true; public override int GetHashCode() => 1;")]
    [InlineData("internal Model(int value) : this(null!, default, value) { } internal Model(long value) : this((int)value) { }")]
    [InlineData("internal Model(Attention.Runtime.PinnedMemory weights, InstructionSet set, long threads) : this(weights, set, 1) { }")]
    [InlineData("private void Dispose(bool disposing) => _ = disposing;")]
    public Task MembersOfAModel_ThatStandBesideTheGenerated(string body) => IsSound(Model(body));

    [Theory]
    [InlineData("[System.Obsolete]")]
    [InlineData("[System.Obsolete(\"old\", true)]")]
    [InlineData("[System.Diagnostics.CodeAnalysis.Experimental(\"TOY1\")]")]
    [InlineData("[System.Serializable, System.Diagnostics.DebuggerDisplay(\"{Threads}\"), System.Diagnostics.DebuggerTypeProxy(typeof(Session))]")]
    [InlineData("[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Auto)]")]
    [InlineData("|: ICommon<Model>", "public interface ICommon<T> { int Threads { get; } InstructionSet InstructionSet { get; } void Dispose(); static abstract T Load(string path, InstructionSet? set, int threads, bool keep); }")]
    [InlineData("|: Base", "public class Base;")]
    [InlineData("|: Base", "public class Base { public int Threads => 1; public virtual InstructionSet InstructionSet => default; }")]
    [InlineData("|: Base", "public class Base { protected Base(int size = 3) => _ = size; }")]
    [InlineData("|: Base", "public class Base { protected Base(params int[] sizes) => _ = sizes; }")]
    [InlineData("|: Base", "public class Base { [System.Obsolete(\"old\")] protected Base() { } }")]
    [InlineData("|: Base", "public class Base { public static Base Load(string path, InstructionSet? set, int threads, bool keep) => null!; public static Base Load(string path) => null!; }")]
    [InlineData("|: Base", "public class Base { public static int Load => 1; }")]
    [InlineData("|: Base", "public class Base { public class Session; public object CreateSession(SessionSettings options) => options; public object CreateSession(int beams) => beams; }")]
    [InlineData("|: Base", "public class Base { public class Session<T>; public class Threads<T>; public void InstructionSet<T>() { } public int get_Threads() => 1; }")]
    [InlineData("|: Base", "public class Base { internal int Threads => 1; private protected int InstructionSet => 2; private int _attentionTeam; public int Sum => _attentionTeam++; }")]
    [InlineData("|: Base", "public class Base<T> { public T? Threads => default; } public class Base : Base<int>;")]
    [InlineData("|: System.Exception", "")]
    [InlineData("|: System.IO.MemoryStream", "")]
    [InlineData("|: System.IDisposable", "")]
    public Task WhatAModelIsAndIsMarkedAs(string head, string more = "") => IsSound(Model("", head) + more);

    /// <summary>What was inherited as <c>Dispose</c>, and whether the model's own calls it.</summary>
    [Theory]
    [InlineData("public virtual void Dispose() { }", "public override void Dispose()", true)]
    [InlineData("public abstract void Dispose();", "public override void Dispose()", false)]
    [InlineData("public void Dispose() => Dispose(true); protected virtual void Dispose(bool disposing) { }", "public new void Dispose()", true)]
    [InlineData("protected virtual void Dispose() { }", "public new void Dispose()", true)]
    [InlineData("public int Dispose() => 1;", "public new void Dispose()", true)]
    [InlineData("public static void Dispose() { }", "public new void Dispose()", false)]
    [InlineData("public int Dispose => 1;", "public new void Dispose()", false)]
    [InlineData("public void Dispose<T>() { }", "public void Dispose()", false)]
    public async Task InheritedDispose(string inherited, string signature, bool isCalled)
    {
        string surface = await IsSound(Model("", "|: Base") + $"public {(inherited.Contains("abstract", StringComparison.Ordinal) ? "abstract " : "")}class Base {{ {inherited} }}");
        Assert.Contains(signature + "\n", surface, StringComparison.Ordinal);
        Assert.Equal(isCalled, surface.Contains("base.Dispose();", StringComparison.Ordinal));
    }

    [Fact]
    public async Task InheritedDispose_ThatIsSealed() => Assert.Contains(
        "public new void Dispose()", await IsSound(Model("", "|: Base") + "public class Root : System.IDisposable { public virtual void Dispose() { } } public class Base : Root { public sealed override void Dispose() { } }"), StringComparison.Ordinal);

    [Fact]
    public async Task ClaimToBeFitForAllLanguages() => await IsSound("using Attention.Dsl;\n[assembly: System.CLSCompliant(true)]\n" + Stages("").Replace("using Attention.Dsl;", "", StringComparison.Ordinal));

    [Theory]
    [InlineData("internal Text(Attention.Runtime.SessionCore core, object other) : this(core, null!) => _ = other;")]
    [InlineData("public class Session; public class Model; public class Writer;")]
    [InlineData("public void Dispose() { } public int Step => 1; public int Position => 2;")]
    [InlineData("public static Text operator +(Text a, Text b) => a; public int this[int index] => index;")]
    [InlineData("", "[System.Obsolete]")]
    [InlineData("", "[System.Obsolete(\"old\")]")]
    [InlineData("", "[System.Obsolete(\"old\", DiagnosticId = \"TOY2\")]")]
    [InlineData("", "[System.Diagnostics.CodeAnalysis.Experimental(\"TOY1\")]")]
    public Task StagesThatStandBesideTheGenerated(string body, string attributes = "") => IsSound(Stages(body, attributes));

    [Theory]
    [InlineData("public int {|ATTN010:get_Threads|}() => 1;", "'get_Threads()'")]
    [InlineData("public void {|ATTN010:set_Threads|}(int value) { }", "'set_Threads(int)'")]
    [InlineData("[System.Runtime.CompilerServices.IndexerName(\"Threads\")] public int {|ATTN010:this|}[int index] => index;", "'Threads'")]
    [InlineData("public event System.Action {|ATTN010:Threads|} { add { } remove { } }", "'Threads'")]
    [InlineData("public int {|ATTN010:Threads|}() => 1;", "'Threads()'")]
    [InlineData("public class {|ATTN010:Threads|}<T>;", "'Threads`1'")]
    [InlineData("public int {|ATTN010:Threads|}<T>() => 1;", "'Threads`1()'")]
    [InlineData("public class {|ATTN010:Load|}<T>;", "'Load`1'")]
    [InlineData("public void {|ATTN010:Session|}<T>() { }", "'Session`1()'")]
    [InlineData("public class {|ATTN010:AttentionPack|}<T>;", "'AttentionPack`1'")]
    [InlineData("public enum {|ATTN010:InstructionSet|} { None }", "'InstructionSet'")]
    [InlineData("internal static int {|ATTN010:_attentionWeights|} = 1;", "'_attentionWeights'")]
    [InlineData("internal static int {|ATTN010:AttentionPack0|}(int value) => value;", "'AttentionPack0(int)'")]
    [InlineData("internal static int {|ATTN010:AttentionKernels|}() => 1;", "'AttentionKernels()'")]
    [InlineData("private {|ATTN010:Model|}(Attention.Runtime.PinnedMemory weights, InstructionSet set, int threads) { }", "'Model(Attention.Runtime.PinnedMemory, Attention.Dsl.InstructionSet, int)'", "give it other parameters")]
    [InlineData("private {|ATTN008:Model|}() { }", "Constructor 'Model()' would make a 'Model' without", "': this(weights, instructionSet, threads)'")]
    [InlineData("internal {|ATTN008:Model|}(int value) : base() => _ = value;", "Constructor 'Model(int)'")]
    [InlineData("public required string {|ATTN008:Label|} { get; init; }", "'Label' of 'Model' must not be required, since Load creates 'Model'")]
    [InlineData("public required string {|ATTN008:Label|};", "'Label' of 'Model' must not be required")]
    [InlineData("void System.IDisposable.{|ATTN010:Dispose|}() { }", "'Model' implements 'System.IDisposable.Dispose'")]
    public Task MembersOfAModel(string body, params string[] facts) => Analysis.ExpectSource(Model(body), "", facts);

    [Theory]
    [InlineData("internal int {|ATTN010:_attentionCore|} = 1;", "'_attentionCore'")]
    [InlineData("internal bool {|ATTN010:AttentionRunRows|} = true;", "'AttentionRunRows'")]
    [InlineData("public int {|ATTN010:get_Width|}() => 1;", "'get_Width()'")]
    [InlineData("public int {|ATTN010:Width|}() => 1;", "'Width()'")]
    [InlineData("public int {|ATTN010:Forward|} => 1;", "'Forward'")]
    [InlineData("internal {|ATTN010:Text|}(Attention.Runtime.SessionCore core, Session session) { }", "'Text(Attention.Runtime.SessionCore, Session)'")]
    [InlineData("internal {|ATTN010:Text|}(Attention.Runtime.SessionCore core, Model.Session session) { }", "'Text(Attention.Runtime.SessionCore, Session)'")]
    [InlineData("private {|ATTN008:Text|}() { }", "Constructor 'Text()'", "a session creates stage 'Text'", "': this(core, session)'")]
    [InlineData("public required int {|ATTN008:Size|} { get; init; }", "a session creates stage 'Text'", "remove 'required'")]
    [InlineData("int IEncoder.{|ATTN010:Width|} => 7;", "'Text' implements 'Attention.Dsl.IEncoder.Width'", "remove it")]
    [InlineData("Rows IEncoder.{|ATTN010:Forward|}(System.ReadOnlySpan<int> tokens) => default;", "'Attention.Dsl.IEncoder.Forward'")]
    public Task MembersOfAStage(string body, params string[] facts) => Analysis.ExpectSource(Stages(body), "", facts);

    [Theory]
    [InlineData("StructLayout", "[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Sequential)]")]
    [InlineData("StructLayout", "[System.Runtime.InteropServices.StructLayout(System.Runtime.InteropServices.LayoutKind.Explicit)]")]
    [InlineData("ComImport", "[System.Runtime.InteropServices.ComImport, System.Runtime.InteropServices.Guid(\"00000000-0000-0000-0000-000000000001\")]")]
    public async Task AttributesThatOrderFields(string name, string attribute)
    {
        await Analysis.ExpectSource(Stages("", attribute).Replace("class Text", "class {|ATTN008:Text|}", StringComparison.Ordinal), "", [$"'Text' must not have the attribute {name}"]);
        await Analysis.ExpectSource(Model("", attribute).Replace("class Model", "class {|ATTN008:Model|}", StringComparison.Ordinal), "", [$"'Model' must not have the attribute {name}"]);
    }

    [Fact]
    public Task StageThatIsAnErrorToUse() => Analysis.ExpectSource(
        Stages("", "[System.Obsolete(\"old\", true)]").Replace("class Text", "class {|ATTN008:Text|}", StringComparison.Ordinal), "", ["Stage 'Text' is obsolete to the degree of an error"]);

    [Theory]
    [InlineData("ATTN008", "public class Base(string name) { public string Name => name; }", "no constructor that Load could call without arguments", "CS7036")]
    [InlineData("ATTN008", "public class Base { private Base() { } public Base(int size) => _ = size; }", "no constructor that Load could call without arguments", "CS0122")]
    [InlineData("ATTN008", "public class Base { [System.Obsolete(\"old\", true)] protected Base() { } }", "no constructor that Load could call without arguments", "CS0619")]
    [InlineData("ATTN008", "public class Base : System.IDisposable { void System.IDisposable.Dispose() { } }", "whose Dispose its own could not call")]
    [InlineData("ATTN008", "public class Base { public required int Size { get; init; } }", "inherits 'Base.Size', which must not be required")]
    [InlineData("ATTN008", Attributes + " public partial class Base;", "'Toys.Base', which is a model or a stage itself", "CS1729")]
    [InlineData("ATTN010", "public abstract class Base { public abstract int Threads { get; } }", "inherits the abstract member 'Threads' from 'Toys.Base'", "CS0534")]
    [InlineData("ATTN010", "public class Base { protected static int _attentionWeights = 1; }", "inherits '_attentionWeights' from 'Toys.Base'")]
    public Task BaseClasses(string id, string declaration, string fact, params string[] compilerErrors) => Analysis.ExpectSource(
        Model("", "|: Base").Replace("class Model", $"class {{|{id}:Model|}}", StringComparison.Ordinal) + declaration, "", [fact], compilerErrors);

    [Theory]
    [InlineData("public class {|ATTN010:T|};", "", "'Model' has a type 'T', which hides the type parameter 'T'")]
    [InlineData("", "public class {|ATTN010:T|};", "'Text' has a type 'T', which hides the type parameter 'T'")]
    [InlineData("[Encoder(1, 8, Prefix = \"t\"), Embedding(9, 5), SelfAttention(2)] public sealed partial class {|ATTN010:T|};", "", "Stage 'T' is called like a type parameter of a class around 'Model'")]
    public Task TypesCalledLikeATypeParameter(string ofModel, string ofStage, string fact) => Analysis.ExpectSource(
        Stages(ofStage, rest: ofModel).Replace("[AttentionModel]", "public partial class Outer<T> { [AttentionModel]", StringComparison.Ordinal) + "}", "", [fact]);

    /// <summary>Constants that a stage's attributes name, wherever they stand, are the user's.</summary>
    [Theory]
    [InlineData("Width", "Encoder(1, Width, Prefix = \"a\"), Embedding(9, 5), SelfAttention(2), FeedForward(4 * Width, Activation.Relu)", "int global::Attention.Dsl.IEncoder.Width => 8;")]
    [InlineData("Vocabulary", "Encoder(1, 8), Embedding(Vocabulary, 5), SelfAttention(2), Head(3)", "int global::Attention.Dsl.IVectorEncoder.Vocabulary => 8;")]
    [InlineData("Length", "Decoder(1, 8), Embedding(9, Length), SelfAttention(2)", "int global::Attention.Dsl.IDecoder.Length => 8;")]
    [InlineData("Position", "Decoder(1, 8), Embedding(9, Position), SelfAttention(2)", "int global::Attention.Dsl.IDecoder.Position => _attentionPosition;")]
    [InlineData("Beams", "Decoder(1, 8), Embedding(9, Beams), SelfAttention(2)", "int global::Attention.Dsl.IBeamDecoder.Beams => _attentionCore.Beams;")]
    [InlineData("BatchTokens", "Encoder(1, 8), Embedding(BatchTokens, 9), SelfAttention(2)", "int global::Attention.Dsl.IBatchEncoder.BatchTokens => _attentionCore.BatchTokens;")]
    [InlineData("BatchTokens", "Encoder(1, 8), Embedding(BatchTokens, 9), TokenTypes(2), SelfAttention(2)", "int global::Attention.Dsl.IBatchEncoder.BatchTokens => _attentionCore.BatchTokens;")]
    [InlineData("Vocabulary", "Encoder(1, 8), Embedding(Vocabulary, 5), SelfAttention(2), Logits", "int global::Attention.Dsl.IRowScorer.Vocabulary => 8;")]
    [InlineData("Length", "Encoder(1, 8), Features(Length), SelfAttention(2)", "It does not show Length, since a constant in it is called so.")]
    [InlineData("Step", "Encoder(Step, 8), Embedding(9, 5), SelfAttention(2)", "public int Width => 8;")]
    [InlineData("Width", "Encoder(1, 8), Embedding(9, 5), SelfAttention(2, Name = nameof(Width) + \".{layer}\")", "public int Width => 8;")]
    [InlineData("Width", "Encoder(1, Sizes.Width), Embedding(9, 5), SelfAttention(2)", "public int Width => 8;")]
    public async Task ConstantsInAttributes(string name, string attributes, string generated)
    {
        string sizes = $"public class Sizes {{ public const int {name} = 8; }}\n", stage = $"[{attributes}] public sealed partial class Text;";
        foreach (string source in new[]
        {
            $"using Attention.Dsl;\nnamespace Toys;\n{sizes}[AttentionModel] public sealed partial class Model {{ private const int {name} = 8; {stage} }}",
            $"using Attention.Dsl;\nusing static Toys.Sizes;\nnamespace Toys;\n{sizes}[AttentionModel] public sealed partial class Model {{ {stage} }}",
            $"using Attention.Dsl;\nnamespace Toys;\n{sizes}[AttentionModel] public sealed partial class Model : Sizes {{ {stage} }}",
            $"using Attention.Dsl;\nnamespace Toys;\n{sizes}public partial class Outer<T> {{ private const int {name} = 8; [AttentionModel] public sealed partial class Model {{ {stage} }} }}",
            $"using Attention.Dsl;\nnamespace Toys;\n{sizes}[AttentionModel] public sealed partial class Model {{ {stage.Replace("Text;", $"Text {{ private const int {(generated.StartsWith("public", StringComparison.Ordinal) ? "Other" : name)} = 8; }}", StringComparison.Ordinal)} private const int {(generated.StartsWith("public", StringComparison.Ordinal) ? name : "Other")} = 8; }}",
        })
            Assert.Contains(generated, await IsSound(source), StringComparison.Ordinal);
    }

    [Fact]
    public async Task ConstantsInAttributes_OfAModelThatIsAStage() => Assert.Contains("public int Width => 8;", await IsSound(
        "using Attention.Dsl;\nusing static Sizes;\ninternal static class Sizes { public const int Width = 8, Step = 1; }\n[AttentionModel, Decoder(Step, Width), Embedding(9, 5), SelfAttention(2)] public sealed partial class Model;"), StringComparison.Ordinal);

    [Fact]
    public async Task ConstantsInAStagesBody() => Assert.Contains("int global::Attention.Dsl.IEncoder.Length => 5;", await IsSound(Stages(
        "public const int Half = Length / 2; internal enum Kind { Long = Length } internal static int Of(int value = Length) { switch (value) { case Length: return 1; default: return value is Length ? 1 : 2; } }",
        rest: "internal const int Length = 5;")), StringComparison.Ordinal);

    [Fact]
    public Task TypesInAttributes_MayBeGenerated() => IsSound(
        "using Attention.Dsl;\ninternal sealed class SetAttribute(InstructionSet set, System.Type type) : System.Attribute { public InstructionSet Set => set; public System.Type Type => type; }\n"
        + Model("", "[Set(InstructionSet.Avx2, typeof(Session))]").Replace("using Attention.Dsl;\nnamespace Toys;", "", StringComparison.Ordinal));

    /// <summary>What cannot do without its name tells so where the name stands.</summary>
    [Theory]
    [InlineData("Step", "Decoder({|ATTN010:Step|}, 8), Embedding(9, 5), SelfAttention(2)", "Text")]
    [InlineData("Forward", "Encoder(1, 8), Embedding({|ATTN010:Forward|} + 1, 5), SelfAttention(2)", "Text")]
    [InlineData("AttentionRows", "Encoder(1, 8), Embedding(9, {|ATTN010:AttentionRows|}), SelfAttention(2)", "Text")]
    [InlineData("Threads", "Encoder({|ATTN010:Threads|}, 8), Embedding(9, 5), SelfAttention(2)", "Model")]
    [InlineData("Session", "Encoder(1, 8), Embedding(9, {|ATTN010:Session|}), SelfAttention(2)", "Model")]
    public Task ConstantsThatAreCalledLikeWhatIsNeeded(string name, string attributes, string owner) => Analysis.ExpectSource(
        $"using Attention.Dsl;\nusing static Toys.Sizes;\nnamespace Toys;\npublic static class Sizes {{ public const int {name} = 8; }}\n[AttentionModel] public sealed partial class Model {{ [{attributes}] public sealed partial class Text; }}",
        "", [$"'{name}' stands here for the member '{name}' that the generator writes into '{owner}'", $"'Class.{name}'"]);

    /// <summary>Asserts that a model has no finding, and that neither the user's files nor the surface has a warning; gives the surface.</summary>
    private static async Task<string> IsSound(string source)
    {
        Analysis analysis = await Analysis.Of(source.ReplaceLineEndings("\n"));
        Assert.Empty(analysis.Findings);
        GeneratedSourceResult surface = Assert.Single(analysis.Run.Files, file => !Isa.Texts.Any(isa => file.HintName.EndsWith($"-{isa.Text}.g.cs", StringComparison.Ordinal)));
        Assert.Equal(1 + Isa.Texts.Length, analysis.Run.Files.Length);
        Assert.DoesNotContain(
            analysis.Run.Input.SyntaxTrees.Append(surface.SyntaxTree).SelectMany(tree => analysis.Run.Output.GetSemanticModel(tree).GetDiagnostics()),
            diagnostic => diagnostic.Severity >= DiagnosticSeverity.Warning && (diagnostic.Id != "CS1591" || diagnostic.Location.SourceTree == surface.SyntaxTree));
        return surface.SourceText.ToString();
    }
}
