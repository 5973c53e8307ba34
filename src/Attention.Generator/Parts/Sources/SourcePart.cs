using Attention.Generator.Graph;

namespace Attention.Generator.Parts;

/// <summary>The source of a stage: what a call gives, and the rows that are made of it.</summary>
internal abstract record SourcePart(string Label, int Index) : Part(Label, Index)
{
    public sealed override Place Place => Place.Source;

    public sealed override string OnlyOne => "source";

    /// <summary>Whether a decoder, which takes the tokens that it has predicted, can read it.</summary>
    public virtual bool MayFeedDecoder => false;

    public abstract StageSource SourceOf(StageBuilder build);

    /// <summary>What the layers take of the rows that the stem has made.</summary>
    public virtual int BehindStem(StageBuilder build, int x) => x;

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.Header?.IsDecoder == true && !MayFeedDecoder && stage.First(Place.Source) == this)
            report(RuleIds.MisplacedPart, Index, $"{Label} cannot be the source of decoder '{stage.Name}', which takes the tokens it has predicted; use [Embedding(vocabulary, length)], or make the stage an encoder");
    }
}
