using Xunit;

namespace Attention.Tests.Diagnostics;

/// <summary>Names that two things would have: members, stages, tensors.</summary>
public sealed class NameTests
{
    [Theory]
    [InlineData("Session")]
    [InlineData("Dispose", "CS1955", "CS1955")]
    [InlineData("Equals", "CS0108")]
    [InlineData("GetHashCode", "CS0108")]
    [InlineData("GetType", "CS0108")]
    [InlineData("MemberwiseClone", "CS0108")]
    [InlineData("ReferenceEquals", "CS0108")]
    [InlineData("ToString", "CS0108")]
    [InlineData("Finalize")]
    [InlineData("Vocabulary", "CS0029", "CS1061")]
    [InlineData("Load", "CS1955", "CS1955")]
    [InlineData("CreateSession", "CS1955")]
    [InlineData("InstructionSet", "CS0119", "CS0119", "CS0572", "CS0572")]
    [InlineData("Forward", "CS0029", "CS1061")]
    [InlineData("Pronouncer", "CS0542")]
    public async Task StageCalledLikeAMember(string name, params string[] compilerErrors)
    {
        // What the stage's own name hides cannot be called; all else can.
        string usage = Analysis.Usage.Replace("using Pronouncer.Session session", "using var session", StringComparison.Ordinal).Replace("Pronouncer.Spelling", $"Pronouncer.{name}", StringComparison.Ordinal).Replace("session.Spelling", $"session.{name}", StringComparison.Ordinal);
        string source = Analysis.Model.Replace("partial class Spelling", $"partial class {{|ATTN010:{name}|}}", StringComparison.Ordinal).Replace("\"spelling\"", $"\"{name}\"", StringComparison.Ordinal);
        await Analysis.ExpectSource(source, usage, [$"Stage '{name}'", "rename"], compilerErrors);
    }

    [Theory]
    [InlineData("Position")]
    [InlineData("Step")]
    [InlineData("Reset")]
    [InlineData("Generate")]
    [InlineData("AttentionRows")]
    [InlineData("AttentionPack1")]
    [InlineData("_attentionCore")]
    [InlineData("_attentionTeam")]
    public Task DecoderCalledLikeAMember(string name) => Analysis.ExpectSource(
        Analysis.Model.Replace("partial class Phonemes", $"partial class {{|ATTN010:{name}|}}", StringComparison.Ordinal), "", [$"Stage '{name}'", "rename"]);

    [Fact]
    public Task EncoderCalledLikeAMemberOfDecoders_IsSound() => Analysis.ExpectSource(
        Analysis.Model.Replace("partial class Spelling", "partial class Reset", StringComparison.Ordinal).Replace("\"spelling\"", "\"reset\"", StringComparison.Ordinal),
        Analysis.Usage.Replace("Spelling", "Reset", StringComparison.Ordinal), []);

    [Fact]
    public Task MembersOfDecodersInAnEncoder_AreSound() => Analysis.ExpectSource(
        Analysis.Model.Replace("class Spelling;", "class Spelling { public int Position => 1; public void Reset() { } public void Step(System.ReadOnlySpan<int> tokens) { } }", StringComparison.Ordinal), Analysis.Usage, []);

    [Fact]
    public Task StagesThatDifferInCaseOnly() => Analysis.ExpectSource(
        Analysis.Model.Replace("partial class Phonemes", "partial class {|ATTN010:SPELLING|}", StringComparison.Ordinal), Analysis.Usage.Replace("Phonemes", "SPELLING", StringComparison.Ordinal),
        ["'Spelling' and 'SPELLING'", "upper and lower case only", "rename one"]);

    [Theory]
    [InlineData("public int {|ATTN010:Load|} => 1;", "'Load'")]
    [InlineData("public sealed class {|ATTN010:Session|};", "'Session'")]
    [InlineData("public void {|ATTN010:Dispose|}() { }", "'Dispose()'")]
    [InlineData("public static Pronouncer? {|ATTN010:Load|}(string path, InstructionSet? set, int threads, bool keep) => null;", "'Load(string, Attention.Dsl.InstructionSet?, int, bool)'")]
    public Task MemberOfTheModelThatIsGenerated(string member, string fact) => Analysis.ExpectSource(
        Analysis.Model.Replace("class Pronouncer\n{", $"class Pronouncer\n{{\n    {member}", StringComparison.Ordinal), "", ["'Pronouncer' has a member", fact, "rename it"]);

    [Theory]
    [InlineData("public int {|ATTN010:Length|} => 1;", "'Length'")]
    [InlineData("public const int {|ATTN010:Width|} = 32;", "'Width'")]
    [InlineData("public Rows {|ATTN010:Forward|}(System.ReadOnlySpan<int> tokens) => default;", "'Forward(System.ReadOnlySpan<int>)'")]
    public Task MemberOfAStageThatIsGenerated(string member, string fact) => Analysis.ExpectSource(
        Analysis.Model.Replace("class Spelling;", $"class Spelling {{ {member} }}", StringComparison.Ordinal), "", ["'Spelling' has a member", fact, "rename it"]);

    [Fact]
    public Task Overloads_AreSound() => Analysis.ExpectSource(
        Analysis.Model.Replace("class Spelling;", "class Spelling { public Rows Forward(string text) => Forward(new[] { text.Length }); }", StringComparison.Ordinal)
            .Replace("class Pronouncer\n{", "class Pronouncer\n{\n    public static Pronouncer Load() => Load(\"pronouncer.safetensors\");", StringComparison.Ordinal),
        Analysis.Usage, []);

    [Fact]
    public Task TwoStagesWithOnePrefix() => Analysis.ExpectSource(
        Analysis.Model.Replace("[Logits]", "", StringComparison.Ordinal).Replace("[Decoder(", "[{|ATTN013:Encoder|}(", StringComparison.Ordinal), "",
        ["Stages 'Spelling' and 'Phonemes' would both read tensor 'transformer.encoder.", "give 'Phonemes' a Prefix of its own"]);

    [Fact]
    public Task TwoStagesWithOnePrefix_ThatIsWritten() => Analysis.Expect(
        "1, width: 32", "1, width: 32, {|ATTN013:Prefix = \"transformer.encoder\"|}", ["Stages 'Spelling' and 'Phonemes'", "a Prefix of its own"]);

    [Theory]
    [InlineData("[FeedForward(64, Activation.Gelu)]", "[FeedForward(64, Activation.Gelu, {|ATTN013:Name = \"ffn\"|})]", "[FeedForward] of stage 'Spelling'", "'ffn", "in layers 0 and 1", "put {layer} into its name")]
    [InlineData("[Logits]", "[Logits({|ATTN013:Name = \"transformer.decoder.embedding\"|})]", "[Logits] of stage 'Phonemes' and [Embedding] of stage 'Phonemes'", "'transformer.decoder.embedding.weight'", "another Name")]
    public Task TwoPartsWithOneName(string sound, string broken, params string[] facts) => Analysis.Expect(sound, broken, facts);

    [Theory]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [ClassToken({|ATTN015:Name = \"{layer}.token\"|})] [SelfAttention(2)]", "'{layer}.token' names the ClassToken of stage 'Lone', which is in no layer")]
    [InlineData("[Tensor(TensorRole.Head, {|ATTN015:\"x.{layer}.weight\"|}, Bias = \"x.bias\")] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] [Head(3)]", "'x.{layer}.weight' names the Head of stage 'Lone'", "without {layer}")]
    [InlineData("[Encoder(0, 8, {|ATTN015:Prefix = \"s{layer}\"|})] [Embedding(9, 5)]", "'s{layer}.embedding.weight' names the Embedding")]
    public Task LayersInNamesOutsideOfThem(string attributes, params string[] facts) =>
        Analysis.ExpectSource($"using Attention.Dsl;\n[AttentionModel] {attributes} public sealed partial class Lone;", "", facts);

    [Fact]
    public Task OneNameForAllOfAnAttention() => Analysis.ExpectSource("""
        using Attention.Dsl;
        [AttentionModel(Layout = WeightLayout.Gpt2)]
        public sealed partial class Two
        {
            [Encoder(0, 8)] [Embedding(9, 5, Name = "words")] public sealed partial class A;
            [Tensor(TensorRole.CrossNorm, "norm.{layer}.weight")]
            [Encoder(1, 8)] [Embedding(9, 5)] [CrossAttention("a", 2, {|ATTN013:Name = "foo.{layer}"|})] public sealed partial class B;
        }
        """, "", ["would read tensor 'foo.0.weight' as its CrossQuery and as its CrossKey; name them apart with [Tensor]"]);

    [Theory]
    [InlineData(", Capture = true", "{|ATTN010:SelfAttentionWeights2|}")]
    [InlineData(", Capture = true", "{|ATTN010:SelfAttentionWeights|}")]
    [InlineData(", Capture = true", "SelfAttentionWeights3")]
    [InlineData("", "SelfAttentionWeights2")]
    public Task MembersCalledLikeKeptWeights(string capture, string member) => Analysis.ExpectSource(
        $"using Attention.Dsl;\n[AttentionModel] public sealed partial class Lone {{ [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2{capture})] [SelfAttention(2, Name = \"b.{{layer}}\"{capture})] public sealed partial class Text {{ internal int {member} = 1; }} }}",
        "", member.Contains('|', StringComparison.Ordinal) ? ["has a member 'SelfAttentionWeights"] : []);

    [Fact]
    public Task OneTableOfTwoStagesThatIsNotShared() => Analysis.ExpectSource("""
        using Attention.Dsl;
        [AttentionModel(Layout = WeightLayout.Bart)]
        public sealed partial class Two
        {
            [Encoder(0, 8)] [Embedding(9, 5)] public sealed partial class Reader;
            [Decoder(0, 8)] [{|ATTN013:Embedding|}(9, 5)] [Logits(Tied = true)] public sealed partial class Writer;
        }
        """, "", ["both read tensor 'model.shared.weight'; write Shares = \"Reader\" if they are one table"]);

    /// <summary>The maps of a gated feed-forward, of which most layouts know one.</summary>
    [Theory]
    [InlineData("Bert", "{|ATTN015:FeedForward|}", "", "Layout Bert has no name for the HiddenGate of [FeedForward] in stage 'Lone'", "[Tensor(TensorRole.HiddenGate,")]
    [InlineData("Bert", "FeedForward", "[Tensor(TensorRole.GateUp, \"{layer}.Wi.weight\")]")]
    [InlineData("PyTorch", "FeedForward", "")]
    [InlineData("PyTorch", "{|ATTN013:FeedForward|}", "[Tensor(TensorRole.HiddenGate, \"{layer}.Wi.weight\")] [Tensor(TensorRole.Hidden, \"{layer}.Wi.weight\")]", "would read tensor '0.Wi.weight' as its HiddenGate and as its Hidden")]
    public Task NamesOfGates(string layout, string part, string tensors, params string[] facts) => Analysis.ExpectSource(
        $"using Attention.Dsl;\n[AttentionModel(Layout = WeightLayout.{layout})] {tensors} [Encoder(1, 16)] [Embedding(9, 5)] [{part}(8, Activation.Silu, Gated = true)] public sealed partial class Lone;", "", facts);

    /// <summary>Names in attributes other than [Tensor], in which a misspelt hole would stay.</summary>
    [Theory]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN015:Name = \"blocks.{layr}.attn\"|})]", "'blocks.{layr}.attn' in [SelfAttention] of stage 'Lone' has the hole {layr}", "{prefix}, {parent}, {layer}, {group}, {part}, {n} or {n?}")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, Name = \"blocks.{layer+1}.attn\")]")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2, {|ATTN015:Name = \"blocks.{layer-1}.attn\"|})]", "has the hole {layer-1}; expected {prefix}, {parent}, {layer}")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5, {|ATTN015:Name = \"words.{\"|})] [SelfAttention(2)]", "has the hole {;")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5, {|ATTN015:Name = \"words.n}\"|})] [SelfAttention(2)]", "has the hole };")]
    [InlineData("[Encoder(1, 8)] [Embedding(9, 5, {|ATTN015:Name = \"\"|})] [SelfAttention(2)]", "Name is empty in [Embedding] of stage 'Lone'")]
    [InlineData("[Encoder(1, 8, {|ATTN015:Prefix = \"{prefix}.encoder\"|})] [Embedding(9, 5)] [SelfAttention(2)]", "'{prefix}.encoder' in [Encoder] of stage 'Lone' has the hole {prefix}; expected {layer} or {group}")]
    [InlineData("[Encoder(1, 8, Prefix = \"\")] [Embedding(9, 5, Name = \"{prefix}.{parent}.x\")] [SelfAttention(2, Name = \"{layer}.{n}{n?}\")]")]
    [InlineData("[Encoder(1, 8, Prefix = \"all.{layer}\")] [Embedding(9, 5, Name = \"words\")] [SelfAttention(2)]")]
    public Task HolesInNames(string attributes, params string[] facts) =>
        Analysis.ExpectSource($"using Attention.Dsl;\n[AttentionModel] {attributes} public sealed partial class Lone;", "", facts);

    [Theory]
    [InlineData("PyTorch", "[Tensor(TensorRole.Embedding, {|ATTN015:\"words.{n\"|})]", "'words.{n' in [Tensor] of 'Lone' has the hole {n;", "{prefix}, {parent}, {layer}, {group}, {part}, {n} or {n?}")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Embedding, {|ATTN015:\"\"|})]", "template is empty in [Tensor] of 'Lone'")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Hidden, \"{layer}.weight\", {|ATTN015:Bias = \"{Layer}.bias\"|})]", "has the hole {Layer}")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Hidden, {|ATTN015:\"{layer}.kernel\"|})]", "'{layer}.kernel' names the Hidden of stage 'Lone'", "Bias = ")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Hidden, \"{layer}.kernel\", Bias = \"{layer}.offset\")]")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Hidden, \"{layer}.kernel|{layer}.weight\", Bias = \"{layer}.offset|{layer}.bias\")] [Tensor(TensorRole.SelfNorm, \"{layer}.norm.weight|{layer}.norm.gamma\")]")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Hidden, {|ATTN015:\"{layer}.weight|{layer}.kernel\"|})]", "has no 'weight' or 'gamma' in it", "Bias = ")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Embedding, {|ATTN015:\"words|\"|})]", "'words|' in [Tensor] of 'Lone' has an empty name; expected one name, or several that differ, divided by |")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Embedding, {|ATTN015:\"words|rows|words\"|})]", "'words|rows|words' in [Tensor] of 'Lone' has a name twice")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Embedding, {|ATTN015:\"words|{rows\"|})]", "has the hole {rows")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Hidden, \"{layer}.a.weight|a.weight\")]", "would read tensor 'a.weight' in layers 0 and 1")]
    [InlineData("PyTorch", "[Tensor({|ATTN004:(TensorRole)999|}, \"x.weight\")]", "role is 999 in [Tensor] of 'Lone'")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Hidden, \"{layer}.a.weight\")] [Tensor({|ATTN006:TensorRole.Hidden|}, \"{layer}.b.weight\")]", "names the tensors of one role twice")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Hidden, \"a.weight\")]", "would read tensor 'a.weight' in layers 0 and 1")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Hidden, \"{layer}.b.weight\", {|ATTN004:N = 0|})]", "N is 0 in [Tensor] of 'Lone'; expected 1 to 16777216")]
    [InlineData("PyTorch", "[Tensor(TensorRole.Hidden, \"{layer}.b.weight\", N = 1)] [Tensor({|ATTN006:TensorRole.Hidden|}, \"{layer}.c.weight\", N = 1)]", "names the tensors of one role twice")]
    [InlineData("Gpt2", "", "Layout Gpt2 has no name for the Head of [Head] in stage 'Lone'", "[Tensor(TensorRole.Head,")]
    public Task NamesOfTensors(string layout, string tensors, params string[] facts) => Analysis.ExpectSource(
        $"using Attention.Dsl;\n[AttentionModel(Layout = WeightLayout.{layout})] {tensors} [Encoder(2, 16)] [Embedding(9, 5)] [SelfAttention(2)] "
        + $"[{(tensors.Contains("a.weight\")", StringComparison.Ordinal) && !tensors.Contains("b.weight", StringComparison.Ordinal) ? "{|ATTN013:FeedForward|}" : "FeedForward")}(8, Activation.Relu)] [{(layout == "Gpt2" ? "{|ATTN015:Head|}" : "Head")}(3)] public sealed partial class Lone;",
        "internal static class Usage { public static int Run(Lone.Session session) => session.Forward([1]).Length; }", facts);

    [Theory]
    [InlineData("Unread = new[] { \"encoder.layers.8.*\", \"*\", \"a*b\" }")]
    [InlineData("Unread = null")]
    [InlineData("{|ATTN015:Unread = new string[0]|}", "Unread of 'Lone' has no pattern; leave it out")]
    [InlineData("{|ATTN015:Unread = new[] { \"a\", \" \" }|}", "A pattern in Unread of 'Lone' is empty")]
    [InlineData("{|ATTN015:Unread = new string[] { null! }|}", "A pattern in Unread of 'Lone' is empty")]
    [InlineData("{|ATTN015:Unread = new[] { \"a, b\" }|}", "'a, b' in Unread of 'Lone' has white space in it")]
    [InlineData("{|ATTN015:Unread = new[] { \"layers.{layer}.*\" }|}", "'layers.{layer}.*' in Unread of 'Lone' has a hole that is not filled", "* for any characters")]
    public Task PatternsOfUnreadTensors(string unread, params string[] facts) => Analysis.ExpectSource(
        $"using Attention.Dsl;\n[AttentionModel({unread})] [Encoder(1, 8)] [Embedding(9, 5)] [SelfAttention(2)] public sealed partial class Lone;",
        "internal static class Usage { public static int Run(Lone.Session session) => session.Forward([1]).Count; }", facts);

    [Theory]
    [InlineData("Scalars = [\"logit_scale\", \"bias\"]")]
    [InlineData("{|ATTN015:Scalars = [\"2nd\"]|}", "'2nd' in Scalars of 'Pronouncer' makes no property", "such as \"logit_scale\"")]
    [InlineData("{|ATTN015:Scalars = [\"\"]|}", "'' in Scalars")]
    [InlineData("{|ATTN006:Scalars = [\"a.logit_scale\", \"logitScale\"]|}", "'a.logit_scale' and 'logitScale'", "the property LogitScale")]
    [InlineData("{|ATTN010:Scalars = [\"threads\"]|}", "'threads' in Scalars", "the property Threads")]
    public Task Scalars(string argument, params string[] facts) => Analysis.Expect("[AttentionModel]", $"[AttentionModel({argument})]", facts);

    [Fact]
    public Task ScalarCalledLikeAStage() => Analysis.ExpectSource(
        Analysis.Model.Replace("[AttentionModel]", "[AttentionModel(Scalars = [\"spelling\"])]", StringComparison.Ordinal).Replace("partial class Spelling", "partial class {|ATTN010:Spelling|}", StringComparison.Ordinal), "", ["Stage 'Spelling' is called like a member"]);
}
