using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>Attention of a recurrent decoder's states to another stage's rows, of which <see cref="Recurrent"/> has it add its operations.</summary>
internal abstract record StateAttention(string Label, int Index, string? From, bool HasFrom, StateOptions Options) : Part(Label, Index)
{
    public sealed override Place Place => Place.Body;

    public sealed override string OnlyOne => "attention of states";

    public sealed override Reference? Reference => HasFrom ? new Reference("from", From) : null;

    public sealed override StageFacts Tell(StageFacts facts) => facts with { AttendsToOthers = true, CrossCaptures = facts.CrossCaptures + (Options.Capture ? 1 : 0) };

    /// <summary>Whether it stands in front of the cells.</summary>
    protected abstract bool IsBefore { get; }

    /// <summary>Whether cells take what they are fed in front of the row.</summary>
    public virtual bool IsFedFirst => false;

    /// <summary>Whether scores are made by a trained vector, between channels of their own.</summary>
    protected abstract bool IsAdditive { get; }

    /// <summary>What follows the sum of query and key in such a score.</summary>
    protected virtual Activation Activation => Activation.Tanh;

    /// <summary>Whether the vector has a bias, which changes no weight.</summary>
    protected virtual bool HasScoreBias => false;

    /// <summary>How wide queries and keys are.</summary>
    protected abstract int KeyWidth(StageBuilder build);

    /// <summary>What queries are made of a state.</summary>
    protected abstract int Query(StageBuilder build, int state);

    /// <summary>What keys are made of the rows attended to.</summary>
    protected abstract int Key(StageBuilder build, int rows, int width);

    /// <summary>How wide what the cells are fed is.</summary>
    public abstract int FedWidth(StageBuilder build);

    /// <summary>What the cells are fed beside their row, one of the loop's, of the state before it; null for nothing.</summary>
    public abstract int? Feed(Course course, StageBuilder build, int along, int before);

    /// <summary>The decoder's rows, of the states behind them; it may end the loop first.</summary>
    public abstract int Finish(Course course, StageBuilder build, int state);

    /// <summary>How wide what is attended to is.</summary>
    public int ContextWidth(StageBuilder build) => build.WidthOf(From!);

    public override void Check(StageParts stage, Reporter report)
    {
        if (stage.Recurrent is not Recurrent recurrent)
            report(RuleIds.MissingPart, Index, $"{Label} attends with the states of recurrent cells, which '{stage.Name}' does not have; add [Recurrent(CellKind.Gru)], or use [CrossAttention(from)]");
        else if (!stage.Header!.IsDecoder)
            report(RuleIds.MisplacedPart, Index, $"{Label} stands in encoder '{stage.Name}', but it attends row by row; make the stage a decoder");
        else if (IsBefore != Index < recurrent.Index)
            report(RuleIds.MisplacedPart, Index, $"{Label} stands {(IsBefore ? "behind" : "in front of")} {recurrent.Label} in stage '{stage.Name}', but it attends with the state {(IsBefore ? "before" : "behind")} the row; put it {(IsBefore ? "in front of" : "behind")} {recurrent.Label}");
    }

    public sealed override int Build(StageBuilder build, int x) => x;

    /// <summary>Makes keys of the rows attended to, once for all rows of the decoder.</summary>
    public Course Prepare(StageBuilder build) => new(new Slice(build.OfOther(() => Key(build, build.Stage(From!).Sequence, ContextWidth(build)))));

    /// <summary>The rows attended to, weighted for a state.</summary>
    protected int Attend(Course course, StageBuilder build, int state)
    {
        StageGraph other = build.Stage(From!);
        int width = KeyWidth(build), query = Query(build, state);
        (Weighting weighting, int? behind) = Weighted(build, state, other.Index);
        if (behind is int end)
            query = build.Emit(new Concatenate(build.New(), build.Spot, EquatableArray.Of(query, end)));
        return course.Context = build.Emit(new Attend(
            build.New(), build.Spot, new Slice(query), course.Keys, new Slice(other.Sequence), 1, width, IsAdditive ? new Additive(Activation) : new Dot(1, null), null, new Everything(), weighting, other.Index, Options.Capture)
        {
            ValueWidth = ContextWidth(build),
            ScoreVector = IsAdditive ? build.Parameter(Roles.AlignmentScore, width, 1) : null,
            ScoreBias = IsAdditive && HasScoreBias ? build.Parameter(Roles.AlignmentScore, 1, 1, isBias: true) : null,
        });
    }

    /// <summary>What makes weights of the scores, and what stands behind a query for it to go by; null for nothing.</summary>
    protected virtual (Weighting Weighting, int? Behind) Weighted(StageBuilder build, int state, int other) => Options.Weighting switch
    {
        WeightingKind.Argmax => (new TopK(1), null),
        WeightingKind.Sampled => (new Sampled(), build.Emit(new Uniforms(build.New(), build.Spot, state, Options.Seed))),
        _ => (new Softmax(), null),
    };

    /// <summary>What is made of an attention while a stage is built.</summary>
    /// <param name="keys">The keys of the rows attended to.</param>
    internal sealed class Course(Slice keys)
    {
        public Slice Keys => keys;

        /// <summary>What was attended to.</summary>
        public int Context { get; set; }

        /// <summary>What cells are fed of the decoder's rows; null where they are fed none.</summary>
        public Carried? Fed { get; set; }
    }
}

/// <summary>What the attentions of states have in common.</summary>
internal sealed record StateOptions(bool Capture, WeightingKind Weighting, int Seed)
{
    public static StateOptions Parse(Arguments arguments)
    {
        var options = new StateOptions(arguments.Flag("Capture", false), arguments.Member("Weighting", WeightingKind.Softmax), arguments.Size("Seed", 0, 0, int.MaxValue));
        if (arguments.Has("Seed") && options.Weighting != WeightingKind.Sampled)
            arguments.WithoutEffect($"Seed is given {arguments.Place}, where nothing is drawn; say Weighting = WeightingKind.Sampled, or remove Seed", "Seed");
        return options;
    }
}

/// <summary><c>[AdditiveAttention]</c>: what the state before the row attends to is fed to the cells.</summary>
internal sealed record AdditiveAttention(string Label, int Index, string? From, bool HasFrom, StateOptions Options, int Width, Activation Sum, bool Bias, bool QueryBias, bool KeyBias, bool ContextFirst, bool IsGated)
    : StateAttention(Label, Index, From, HasFrom, Options)
{
    public static AdditiveAttention Parse(PartText text, Arguments arguments)
    {
        bool bias = arguments.Flag("Bias", false);
        return new AdditiveAttention(
            text.Label, text.Index, arguments.RequiredText("from"), arguments.Has("from"), StateOptions.Parse(arguments), arguments.Required("width"), arguments.Member("Activation", Activation.Tanh),
            bias, arguments.Flag("QueryBias", bias), arguments.Flag("KeyBias", bias), arguments.Flag("ContextFirst", false), arguments.Flag("Gate", false)) { Name = arguments.Name() };
    }

    protected override bool IsBefore => true;

    public override bool IsFedFirst => ContextFirst;

    protected override bool IsAdditive => true;

    protected override Activation Activation => Sum;

    protected override bool HasScoreBias => Bias;

    protected override int KeyWidth(StageBuilder build) => Width;

    protected override int Query(StageBuilder build, int state) => build.Linear(state, Roles.AlignmentQuery, Width, build.Header.Width, 0, QueryBias);

    protected override int Key(StageBuilder build, int rows, int width) => build.Linear(rows, Roles.AlignmentKey, Width, width, 0, KeyBias);

    public override int FedWidth(StageBuilder build) => ContextWidth(build);

    public override int? Feed(Course course, StageBuilder build, int along, int before)
    {
        int context = Attend(course, build, before), width = ContextWidth(build);
        if (!IsGated)
            return context;
        int gate = build.Activation(build.Linear(before, Roles.AlignmentGate, width, build.Header.Width, 0, build.Header.Bias), Activation.Sigmoid);
        return course.Context = build.Emit(new Multiply(build.New(), build.Spot, context, gate, width));
    }

    public override int Finish(Course course, StageBuilder build, int state) => state;
}

/// <summary><c>[LuongAttention]</c>: what the state behind the row attends to and the state make the row.</summary>
internal sealed record LuongAttention(
    string Label, int Index, string? From, bool HasFrom, StateOptions Options, ScoreKind Score, bool InputFeeding, int? ScoreWidth, bool MapKeys, bool QueryBias, bool OutputBias, Activation Output, int? Window, CentreKind Centre) : StateAttention(Label, Index, From, HasFrom, Options)
{
    public static LuongAttention Parse(PartText text, Arguments arguments)
    {
        var attention = new LuongAttention(
            text.Label, text.Index, arguments.RequiredText("from"), arguments.Has("from"), StateOptions.Parse(arguments), arguments.Required<ScoreKind>("score"), arguments.Flag("InputFeeding", false),
            arguments.OptionalSize("ScoreWidth"), arguments.Flag("MapKeys", false), arguments.Flag("QueryBias", false), arguments.Flag("OutputBias", false), arguments.Member("Activation", Activation.Tanh),
            arguments.OptionalSize("Window"), arguments.Member("Centre", CentreKind.Monotonic)) { Name = arguments.Name() };
        void Needs(string argument, bool has, string scores)
        {
            if (arguments.Has(argument) && !has)
                arguments.WithoutEffect($"{argument} is given {arguments.Place}, whose score is {attention.Score}; it belongs to {scores}, so remove it", argument);
        }

        Needs("ScoreWidth", attention.IsAdditive, "ScoreKind.Concat and ScoreKind.Additive");
        Needs("MapKeys", attention.Score == ScoreKind.General, "ScoreKind.General");
        Needs("QueryBias", attention.Score != ScoreKind.Dot && !attention.MapKeys, "scores that map the state");
        if (arguments.Has("Centre") && attention.Window is null)
            arguments.WithoutEffect($"Centre is given {arguments.Place}, which sees all rows; say Window, or remove Centre", "Centre");
        if (attention is { Window: not null, Options.Weighting: not WeightingKind.Softmax })
            arguments.WithoutEffect($"Weighting is {attention.Options.Weighting} {arguments.Place}, but Window has weights of its own; remove one of the two", "Weighting");
        return attention;
    }

    protected override (Weighting Weighting, int? Behind) Weighted(StageBuilder build, int state, int other)
    {
        if (Window is not int window)
            return base.Weighted(build, state, other);
        bool isPredicted = Centre == CentreKind.Predicted;
        int along = state, width = build.Header.Width;
        if (isPredicted)
        {
            int hidden = build.Activation(build.Linear(state, Roles.AlignmentCentre, width, width, 0, bias: false), Activation.Tanh);
            along = build.Activation(build.Linear(hidden, Roles.AlignmentPlace, 1, width, 0, bias: false), Activation.Sigmoid);
        }

        return (new Nearby(window, isPredicted), build.Emit(new Centres(build.New(), build.Spot, along, isPredicted, other)));
    }

    protected override bool IsBefore => false;

    protected override bool IsAdditive => Score is ScoreKind.Concat or ScoreKind.Additive;

    protected override int KeyWidth(StageBuilder build) => IsAdditive ? ScoreWidth ?? build.Header.Width : MapKeys ? build.Header.Width : ContextWidth(build);

    public override void CheckSizes(StageParts stage, StageGraph graph, Reporter report)
    {
        StageParts other = stage.Model.Find(From!)!;
        if (Score == ScoreKind.Dot && other.RowWidth != stage.Header!.Width)
            report(RuleIds.SourceWidthMismatch, Index,
                $"Stage '{stage.Name}' is {Arguments.Number(stage.Header.Width)} wide, but rows of stage '{other.Name}' are {Arguments.Number(other.RowWidth)} wide, and ScoreKind.Dot multiplies the two; make them equal, or use ScoreKind.General", "score");
    }

    protected override int Query(StageBuilder build, int state) => Score switch
    {
        ScoreKind.Dot => state,
        ScoreKind.General when MapKeys => state,
        ScoreKind.Concat => build.Linear(state, Roles.AlignmentQuery, KeyWidth(build), build.Header.Width, 0, QueryBias, change: map => map with { TensorColumns = build.Header.Width + ContextWidth(build) }),
        _ => build.Linear(state, Roles.AlignmentQuery, KeyWidth(build), build.Header.Width, 0, QueryBias),
    };

    protected override int Key(StageBuilder build, int rows, int width) => Score switch
    {
        ScoreKind.General when MapKeys => build.Linear(rows, Roles.AlignmentKey, KeyWidth(build), width, 0, bias: false),
        ScoreKind.Additive => build.Linear(rows, Roles.AlignmentKey, KeyWidth(build), width, 0, bias: false),
        ScoreKind.Concat => build.Linear(rows, Roles.AlignmentQuery, KeyWidth(build), width, 0, bias: false, change: map => map with { FirstColumn = build.Header.Width, TensorColumns = build.Header.Width + width }),
        _ => rows,
    };

    public override int FedWidth(StageBuilder build) => InputFeeding ? build.Header.Width : 0;

    public override int? Feed(Course course, StageBuilder build, int along, int before)
    {
        course.Fed = InputFeeding ? new Carried(build, along, build.Header.Width, null, "rows") : null;
        return course.Fed?.Before;
    }

    /// <summary>Where nothing is fed, all rows attend at once.</summary>
    public override int Finish(Course course, StageBuilder build, int state)
    {
        if (course.Fed is null)
            build.Loop = null;
        int context = Attend(course, build, state), joined = build.Emit(new Concatenate(build.New(), build.Spot, EquatableArray.Of(context, state)));
        int rows = build.Activation(build.Linear(joined, Roles.AlignmentOutput, build.Header.Width, ContextWidth(build) + build.Header.Width, 0, OutputBias), Output);
        course.Fed?.Keep(rows);
        return rows;
    }
}
