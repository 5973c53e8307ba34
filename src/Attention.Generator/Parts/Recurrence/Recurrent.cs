using Attention.Generator.Graph;
using Attention.Generator.Operations;
using Attention.Generator.Reading;

namespace Attention.Generator.Parts;

/// <summary>
/// <c>[Recurrent]</c>: layers of recurrent cells, and the attention of their states where there is one. What does not depend on
/// a state is done for all rows at once, the rest row by row.
/// </summary>
internal sealed record Recurrent(string Label, int Index, CellKind Kind, bool IsBidirectional, bool ResetsBefore, GateOrder Order, bool? StateBias) : Part(Label, Index)
{
    public static Recurrent Parse(PartText text, Arguments arguments)
    {
        var recurrent = new Recurrent(text.Label, text.Index, arguments.Required<CellKind>("cell"), arguments.Flag("Bidirectional", false), arguments.Flag("ResetBefore", false), arguments.Member("Gates", GateOrder.PyTorch), arguments.OptionalFlag("StateBias")) { Name = arguments.Name() };
        if (arguments.Has("ResetBefore") && recurrent.Kind != CellKind.Gru)
            arguments.WithoutEffect($"ResetBefore is given {arguments.Place}, whose cells are {recurrent.Kind}; only those of {nameof(CellKind.Gru)} are reset, so remove it", "ResetBefore");
        return recurrent;
    }

    public override Place Place => Place.Body;

    /// <summary>Directions in which states run.</summary>
    public int Directions => IsBidirectional ? 2 : 1;

    private int Gates => Kind == CellKind.Gru ? 3 : 4;

    public override void Check(StageParts stage, Reporter report)
    {
        Header header = stage.Header!;
        if (IsBidirectional && header.IsDecoder)
            report(RuleIds.MisplacedPart, Index, $"Bidirectional is given {stage.PlaceOf(this)}, a decoder, whose rows know nothing of those behind them; make the stage an encoder, or remove Bidirectional", "Bidirectional");
        if (IsBidirectional && header.Width % 2 != 0)
            report(RuleIds.InvalidSize, Index, $"Width {Arguments.Number(header.Width)} of stage '{stage.Name}' is odd, but states run in two directions, half of the width each; use {Arguments.Number(header.Width - 1)} or {Arguments.Number(header.Width + 1)}", "Bidirectional");
        if (header.Shared)
            report(RuleIds.MisplacedPart, header.Index, $"Shared is given in {header.Label} of stage '{stage.Name}', whose layers are recurrent cells with weights of their own; remove Shared", "Shared");
        foreach (Part other in stage.Parts.Where(part => part.Place == Place.Body && part is not (Recurrent or StateAttention or IntraAttention or DeepOutput)))
            report(RuleIds.MisplacedPart, other.Index, $"{other.Label} stands beside {Label} in stage '{stage.Name}', whose layers are its cells alone; put it into a stage of its own, which reads this one by [Input(from: \"{stage.Name}\")]");
    }

    public override int Build(StageBuilder build, int x) =>
        build.Parts.OfType<IntraAttention>().FirstOrDefault() is IntraAttention own ? Reading(build, x, own)
        : build.Parts.OfType<StateAttention>().FirstOrDefault() is not StateAttention attention ? Layer(build, x)
        : build.Layer == 0 ? Attending(build, x, attention) : x;

    /// <summary>A layer without attention, once in each direction.</summary>
    private int Layer(StageBuilder build, int x)
    {
        int inputs = build.Width, width = build.Header.Width / Directions, layer = build.Layer;
        bool bias = build.Header.Bias;
        Bridge? bridge = build.Parts.OfType<Bridge>().FirstOrDefault();
        (int State, int? Cell)? start = bridge is null ? null : build.As(bridge, () => bridge.Start(build, layer));
        var ends = new List<(int State, int? Cell)>();
        for (int direction = 0; direction < Directions; direction++)
        {
            int gates = build.Linear(x, direction == 0 ? Roles.RecurrentInput : Roles.ReverseInput, Gates * width, inputs, 0, bias);
            build.Begin(isBackward: direction == 1);
            var cells = Cells.Carrying(this, build, x, width, layer, start, isReverse: direction == 1);
            ends.Add(cells.Step(gates));
            build.Loop = null;
        }

        build.Width = build.Header.Width;
        build.States.Add(FinalOf(ends));
        return ends.Count == 1 ? ends[0].State : build.Emit(new Concatenate(build.New(), build.Spot, ends.Select(end => end.State).ToEquatableArray()));
    }

    /// <summary>All layers of a decoder whose states attend to another stage, once for each row.</summary>
    private int Attending(StageBuilder build, int x, StateAttention attention)
    {
        Header header = build.Header;
        int inputs = build.Width, width = header.Width;
        Bridge? bridge = build.Parts.OfType<Bridge>().FirstOrDefault();
        (int State, int? Cell)?[] starts = [.. Enumerable.Range(0, header.Layers).Select(layer => bridge is null ? ((int, int?)?)null : build.As(bridge, () => bridge.Start(build, layer)))];
        StateAttention.Course course = build.As(attention, () => attention.Prepare(build));

        // The first layer takes what it is fed beside the row: what the row gives is known before.
        int fed = attention.FedWidth(build);
        Parameter Row(Parameter map) => map with { FirstColumn = attention.IsFedFirst ? fed : 0, TensorColumns = inputs + fed };
        Parameter Fed(Parameter map) => map with { FirstColumn = attention.IsFedFirst ? 0 : inputs, TensorColumns = inputs + fed };
        int gates = build.Linear(x, Roles.RecurrentInput, Gates * width, inputs, 0, header.Bias, change: Row);
        build.Begin();
        Cells[] layers = [.. starts.Select((start, layer) => Cells.Carrying(this, build, x, width, layer, start, isReverse: false))];
        if (build.As(attention, () => attention.Feed(course, build, x, layers[layers.Length - 1].Before)) is int beside)
            gates = build.Add(gates, build.Linear(beside, Roles.RecurrentInput, Gates * width, fed, 0, bias: false, change: Fed));
        var ends = new List<(int State, int? Cell)>();
        foreach (Cells layer in layers)
        {
            if (ends.Count > 0)
                gates = build.Linear(ends[ends.Count - 1].State, Roles.RecurrentInput, Gates * width, width, 0, header.Bias, change: layer.OfLayer);
            ends.Add(layer.Step(gates));
            build.States.Add(FinalOf([ends[ends.Count - 1]]));
        }

        int state = ends[ends.Count - 1].State;
        int rows = build.As(attention, () => attention.Finish(course, build, state));
        build.Loop = null;
        build.Width = width;
        return build.Parts.OfType<DeepOutput>().FirstOrDefault() is DeepOutput output
            ? build.As(output, () => output.Make(build, output.IsOfPrevious ? layers[layers.Length - 1].Before : rows, course.Context, attention.ContextWidth(build), x, inputs)) : rows;
    }

    /// <summary>A layer whose cells take for the state before what the row attends to among all states before.</summary>
    private int Reading(StageBuilder build, int x, IntraAttention attention)
    {
        int inputs = build.Width, width = build.Header.Width;
        int gates = build.Linear(x, Roles.RecurrentInput, Gates * width, inputs, 0, build.Header.Bias);
        int query = build.As(attention, () => attention.Query(build, x, inputs));
        build.Begin();
        IntraAttention.Past past = build.As(attention, () => attention.Attend(build, x, query, width, hasCells: Kind == CellKind.Lstm));
        var cells = new Cells(this, build, width, build.Layer, false, (past.State, build.New()), past.Cell is int held ? (held, build.New()) : null);
        (int State, int? Cell) end = cells.Step(gates);
        build.As(attention, () => attention.Keep(build, past, end.State, end.Cell));
        build.Loop = null;
        build.Width = width;
        build.States.Add(FinalOf([end]));
        return end.State;
    }

    private static FinalState FinalOf(IReadOnlyList<(int State, int? Cell)> ends) => new(
        ends.Select((end, direction) => new EndRow(end.State, direction == 1)).ToEquatableArray(),
        ends.Select((end, direction) => (end.Cell, direction)).Where(end => end.Cell is not null).Select(end => new EndRow(end.Cell!.Value, end.direction == 1)).ToEquatableArray());

    /// <summary>The cells of a layer in one direction, within a loop.</summary>
    /// <param name="state">The states before the row, and the value that those behind it are to be.</param>
    /// <param name="held">The same of what an LSTM's cells hold; null for other cells.</param>
    private sealed class Cells(Recurrent part, StageBuilder build, int width, int layer, bool isReverse, (int Before, int Made) state, (int Before, int Made)? held)
    {
        private Carried? _state;
        private Carried? _held;

        /// <summary>The states before the row.</summary>
        public int Before => state.Before;

        /// <summary>Cells that take what they have made of the row before.</summary>
        public static Cells Carrying(Recurrent part, StageBuilder build, int along, int width, int layer, (int State, int? Cell)? start, bool isReverse)
        {
            var state = new Carried(build, along, width, start?.State, "states");
            Carried? held = part.Kind == CellKind.Lstm ? new Carried(build, along, width, start?.Cell, "cells") : null;
            return new Cells(part, build, width, layer, isReverse, (state.Before, state.Made), held is null ? null : (held.Before, held.Made)) { _state = state, _held = held };
        }

        /// <summary>A map of the cells' layer, which need not be the one that is being built.</summary>
        public Parameter OfLayer(Parameter map) => map with { Layer = layer };

        /// <summary>The states behind the row, and what the cells hold, of what the row gives to the gates.</summary>
        public (int State, int? Cell) Step(int gates)
        {
            if (held is (int holds, int made))
            {
                gates = build.Add(gates, Map(state.Before, 0, 4));
                build.Emit(new LstmCell(made, build.Spot, gates, holds, width, part.Order));
                build.Emit(new LstmState(state.Made, build.Spot, gates, made, width, part.Order));
                _held?.Keep(made);
            }
            else if (part.ResetsBefore)
            {
                int states = Map(state.Before, 0, 2);
                int reset = build.Emit(new ResetState(build.New(), build.Spot, gates, states, state.Before, width, part.Order));
                int candidate = Map(reset, 2, 1);
                build.Emit(new GruCell(state.Made, build.Spot, gates, states, state.Before, candidate, width, part.Order));
            }
            else
            {
                build.Emit(new GruCell(state.Made, build.Spot, gates, Map(state.Before, 0, 3), state.Before, null, width, part.Order));
            }

            _state?.Keep(state.Made);
            return (state.Made, held?.Made);
        }

        /// <summary>What states give to some of the gates.</summary>
        private int Map(int states, int first, int count) => build.Linear(
            states, isReverse ? Roles.ReverseState : Roles.RecurrentState, count * width, width, 0, part.StateBias ?? build.Header.Bias,
            change: map => OfLayer(map) with { Offset = first * width, TensorRows = part.Gates * width });
    }
}

/// <summary>What one row of a loop hands on to the next; of a decoder, kept for the next call.</summary>
internal sealed class Carried
{
    private readonly StageBuilder _build;
    private readonly int _width;
    private readonly int? _kept;
    private readonly string _what;

    /// <param name="build">The stage, within the loop.</param>
    /// <param name="along">A value of the loop's rows.</param>
    /// <param name="width">How wide it is.</param>
    /// <param name="start">What the first row finds, null for zeros.</param>
    /// <param name="what">What it is called.</param>
    public Carried(StageBuilder build, int along, int width, int? start, string what)
    {
        _build = build;
        _width = width;
        _what = what;
        Made = build.New();
        _kept = build.Header.IsDecoder ? build.New() : null;
        Before = build.Emit(new Recall(build.New(), build.Spot, along, _kept ?? Made, width, start, IsKept: _kept is not null));
    }

    /// <summary>What the row before has made.</summary>
    public int Before { get; }

    /// <summary>The value that a row is to make.</summary>
    public int Made { get; }

    /// <summary>Hands on what the row has made: <see cref="Made"/>, and in a decoder any value.</summary>
    public void Keep(int value)
    {
        if (_kept is int kept)
            _build.Emit(new KeepValues(kept, _build.Spot, new Slice(value), 1, _width, null) { What = _what });
    }
}
