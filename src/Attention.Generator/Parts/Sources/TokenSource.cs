using Attention.Generator.Emit;
using Attention.Generator.Graph;
using static Attention.Generator.Text.CodeWriter;

namespace Attention.Generator.Parts;

/// <summary>Tokens of a vocabulary, and where a call can tell them their types.</summary>
/// <param name="Size">How many tokens there are.</param>
/// <param name="Types">How many types tokens have that a call can tell; 0 without a choice of them.</param>
/// <param name="Segments">Their kinds, where there are several.</param>
internal sealed record TokenSource(int Length, int Size, int Types, EquatableArray<TokenSegment> Segments) : CallSource(Length)
{
    private CallArgument[] TypesGiven => Types == 0 ? []
        : [new("int", "types", $"The type of each token, 0 to {Number(Types - 1)}; empty for type 0 throughout.", Omitted: "All tokens are of type 0.")];

    public override string Unit => "token";

    public override int? Vocabulary => Size;

    public override EquatableArray<TokenSegment> Kinds => Segments;

    public override IReadOnlyList<CallArgument> Given => [new("int", "tokens", "The tokens."), .. TypesGiven, .. LabelsGiven];

    public override IReadOnlyList<CallArgument> GivenInBatch => [new("int", "tokens", "All tokens, sequence after sequence, without padding."), .. TypesGiven, .. LabelsGiven];

    public override string RowsMade(Func<int, string> rowsOf) => "tokens.Length";

    public override string Story => $"1 to {Number(Length)} tokens of {Grouped(Size)}";

    public override string KernelStory(bool fromStart) => fromStart ? "tokens" : "tokens at position, position + 1, …";

    public override string Taken => $"1 to {Number(Length)} tokens in";

    public override string Wrong => $"There are no tokens, too many, or one that {(Segments.Count == 0 ? "is not in the vocabulary" : "cannot stand where it does")}.";

    public override void Check(SurfaceCode code)
    {
        code.Guard("Tokens", $"tokens, position: 0, vocabulary: {Number(Size)}, length: {Number(Length)}");
        CheckKinds(code, "position: 0, apart: 1");
        CheckTypes(code);
        CheckLabels(code);
    }

    public override void CheckBatch(SurfaceCode code)
    {
        code.Guard("Vocabulary", $"tokens, vocabulary: {Number(Size)}");
        CheckKinds(code, "lengths");
        CheckTypes(code);
        CheckLabels(code, ", lengths");
    }

    private void CheckTypes(SurfaceCode code)
    {
        if (Types > 0)
            code.Guard("Types", $"types, tokens.Length, count: {Number(Types)}");
    }
}
