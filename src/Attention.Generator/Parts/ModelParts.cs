using Attention.Generator.Graph;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>A declaration with its attributes read.</summary>
internal sealed class ModelParts
{
    private readonly List<Finding> _findings = [];

    private ModelParts(ModelDeclaration declared)
    {
        Stages = [.. declared.Stages.Select((stage, index) => new StageParts(this, stage, index, _findings))];
        Declared = declared with { Stages = Stages.Select(stage => stage.Declared).ToEquatableArray() };
    }

    /// <summary>The declaration, which now knows what its stages show.</summary>
    public ModelDeclaration Declared { get; }

    public IReadOnlyList<StageParts> Stages { get; }

    /// <summary>What is wrong with single arguments.</summary>
    public IEnumerable<Finding> Findings => _findings;

    public static ModelParts Of(ModelDeclaration declared) => new(declared);

    /// <summary>The place of what a stage is behind so many exchanges, as <see cref="ModelDeclaration.WithContinuations"/> has it.</summary>
    public int IndexOf(StageParts stage, int passed) => passed == 0 ? stage.Index : Stages.Count + Stages.Take(stage.Index).Sum(before => before.Groups) + passed - 1;

    /// <summary>The stage of a name, whatever the case of its letters; null if there is none.</summary>
    public StageParts? Find(string name) => Stages.FirstOrDefault(stage => string.Equals(stage.Name, name, StringComparison.OrdinalIgnoreCase));
}

/// <summary>A stage with its attributes read, in the order in which they stand.</summary>
internal sealed class StageParts
{
    public StageParts(ModelParts model, StageDeclaration declared, int index, List<Finding> findings)
    {
        Model = model;
        Name = declared.Name;
        Index = index;
        bool behindBody = false;
        var parts = new List<Part>();
        foreach (PartDeclaration part in declared.Parts)
        {
            var text = new PartText(part.Label, parts.Count, behindBody);
            var arguments = new Arguments(part, $"in {text.Label} of stage '{Name}'", (rule, message, argument) => findings.Add(new Finding(rule, new Target(index, text.Index, argument), message)));
            if (Catalogue.Parse(part.Name, text, arguments) is not Part read)
            {
                arguments.Report($"This version of the generator does not know {text.Label}; expected one of {string.Join(", ", Catalogue.Names.Select(name => $"[{name}]"))}, or a generator as new as the attributes", rule: RuleIds.MisplacedPart);
                read = new UnknownPart(text.Label, text.Index, behindBody ? Place.Output : Place.Stem);
            }

            parts.Add(read);
            behindBody |= read.Place >= Place.Body;
        }

        Parts = parts;
        Segments = SegmentParts.Of(parts);
        Header = parts.OfType<Header>().FirstOrDefault();
        Declared = declared with { Facts = parts.Aggregate(new StageFacts(), (facts, part) => part.Tell(facts)) };
    }

    public ModelParts Model { get; }

    public StageDeclaration Declared { get; }

    public string Name { get; }

    public int Index { get; }

    public IReadOnlyList<Part> Parts { get; }

    /// <summary>The first <c>[Encoder]</c> or <c>[Decoder]</c>; null without one.</summary>
    public Header? Header { get; }

    /// <summary>The kinds of its tokens, in the order of their rows; none of a stage that takes no tokens.</summary>
    public IReadOnlyList<SegmentParts> Segments { get; }

    /// <summary>How many ids of tokens there are.</summary>
    public int Vocabulary => (int)Math.Min(int.MaxValue, Segments.Sum(segment => (long)segment.Tokens));

    /// <summary>Channels of a row of the table of tokens.</summary>
    public int TableWidth => Parts.OfType<Embedding>().First().Width ?? Header!.Width;

    /// <summary>Channels of the rows that the body takes.</summary>
    public int InputWidth => Recurrent is null ? Header!.Width : Parts.OfType<Embedding>().FirstOrDefault()?.Width ?? Parts.OfType<Features>().FirstOrDefault()?.Width ?? Header!.Width;

    /// <summary>Channels of the rows that other stages read.</summary>
    public int RowWidth => Parts.OfType<DeepOutput>().FirstOrDefault() is DeepOutput output ? output.WidthIn(this) : Header!.Width;

    /// <summary>Channels of the output before a part of it.</summary>
    public int WidthBefore(int part) => Parts.Take(part).Select(before => before switch { Linear linear => linear.Width, ClassHead head => head.Classes, _ => (int?)null }).LastOrDefault(width => width is not null) ?? RowWidth;

    /// <summary>The exchange behind the layers; null without one.</summary>
    public ClassExchange? Exchange => Parts.OfType<ClassExchange>().FirstOrDefault();

    /// <summary>How many exchanges there are.</summary>
    public int Groups => Declared.Facts.Groups;

    /// <summary>The recurrent layers; null where layers are not recurrent.</summary>
    public Recurrent? Recurrent => Parts.OfType<Recurrent>().FirstOrDefault();

    /// <summary>The first part of a place; null without one.</summary>
    public Part? First(Place place) => Parts.FirstOrDefault(part => part.Place == place);

    /// <summary>Where a part stands, for messages.</summary>
    public string PlaceOf(Part part) => $"in {part.Label} of stage '{Name}'";
}
