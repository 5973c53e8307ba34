using Attention.Generator.Graph;

namespace Attention.Generator.Planning;

/// <summary>
/// How long each value of a stage lives, counted in operations, and which values lie in one place: a result that may be
/// computed onto a value that dies there joins that value's group. A group is called by the first of its values.
/// </summary>
internal sealed class Lifetimes
{
    private readonly StageGraph _stage;
    private readonly HashSet<int> _readElsewhere;
    private readonly Dictionary<int, (int First, int Last)> _loops = [];
    private readonly Dictionary<int, int> _made = [];
    private readonly Dictionary<int, int> _lastRead = [];
    private readonly Dictionary<int, int> _group = [];
    private readonly Dictionary<int, List<int>> _values = [];
    private readonly Dictionary<int, int> _before = [];
    private readonly (int First, int Last)[] _blocks;
    private readonly int _outputs;

    /// <param name="stage">The stage.</param>
    /// <param name="readElsewhere">The values that other stages read.</param>
    /// <param name="isOfBlock">Whether an operation can take some rows at a time, as long as its neighbours in the layer take the same.</param>
    public Lifetimes(StageGraph stage, HashSet<int> readElsewhere, Func<Operation, bool> isOfBlock)
    {
        _blocks = [.. stage.Operations.Select((_, i) => (i, i))];
        for (int i = 0, first = 0; i < _blocks.Length; i++)
        {
            if (i == 0 || !isOfBlock(stage.Operations[i]) || !isOfBlock(stage.Operations[i - 1]) || stage.Operations[i].Layer != stage.Operations[i - 1].Layer)
                first = i;
            for (int other = first; other <= i; other++)
                _blocks[other] = (first, i);
        }

        _stage = stage;
        _readElsewhere = readElsewhere;
        _outputs = stage.Operations.Count;
        for (int i = stage.Operations.Count - 1; i >= 0; i--)
        {
            Operation operation = stage.Operations[i];
            _made[operation.Result] = i;
            if (operation.Loop is Loop loop)
                _loops[loop.Number] = (i, _loops.TryGetValue(loop.Number, out (int, int Last) later) ? later.Last : i);
            if (operation.Section == Section.Output)
                _outputs = i;
            foreach (int read in operation.Reads)
            {
                if (!_lastRead.ContainsKey(read))
                    _lastRead.Add(read, i);
            }
        }
    }

    public IEnumerable<int> Groups => _values.Keys;

    public IReadOnlyList<int> ValuesOf(int group) => _values[group];

    /// <summary>The last value that is made in a group.</summary>
    public int LastOf(int group) => _values[group][_values[group].Count - 1];

    /// <summary>How many rows of the group stand before those of a value.</summary>
    public int RowsBefore(int value) => _before.TryGetValue(value, out int rows) ? rows : 0;

    /// <summary>The first of the operations that blocks of rows take together with one; null where they take it alone.</summary>
    public int? BlockOf(int operation) => _blocks[operation] is var (first, last) && first < last ? first : null;

    /// <summary>Whether nothing of a group is needed once a block of rows has taken all operations that it takes together.</summary>
    public bool IsOfBlock(int group) => ValuesOf(group) is var values && _blocks[_made[group]] is var (first, last) && first < last
        && values.All(value => value != _stage.Sequence && !_readElsewhere.Contains(value) && _made[value] >= first && LastRead(value) <= last);

    /// <summary>What a loop makes of one row, or some operations of a block, must not lie where they have yet to read another, so all of it lives from their beginning to their end.</summary>
    public int FirstUse(int group) => _stage.Operations[_made[group]].Loop is Loop loop ? _loops[loop.Number].First : _blocks[_made[group]].First;

    /// <summary>The sequence lives until the outputs, which may read it again and again.</summary>
    public int LastUse(int group) => _values[group].Max(value => Math.Max(EndOf(LastRead(value)), value == _stage.Sequence ? _outputs : 0));

    /// <summary>Whether a value outlives the call: what other stages read, and the result.</summary>
    public bool IsKept(int value, bool writesToCaller) =>
        _readElsewhere.Contains(value) || (value == _stage.Sequence && _stage.Sequence == _stage.Output) || (value == _stage.Output && !writesToCaller);

    /// <summary>Puts each value that may lie on one that dies into that one's group.</summary>
    public void Unite(bool writesToCaller)
    {
        foreach (Operation operation in _stage.Operations.Where(operation => !operation.HasPlaceOfItsOwn))
        {
            int result = operation.Result, group = result;
            if (operation.LiesOn is int onto && _group.TryGetValue(onto, out int other) && Dies(onto, _made[result], writesToCaller))
            {
                group = other;
                foreach (int value in operation.RowsBefore > 0 ? _values[group] : [])
                    _before[value] = RowsBefore(value) + operation.RowsBefore;
            }
            else
            {
                _values.Add(result, []);
            }

            _group.Add(result, group);
            _values[group].Add(result);
        }
    }

    private bool Dies(int value, int at, bool writesToCaller) => value != _stage.Sequence && !IsKept(value, writesToCaller) && LastRead(value) <= at;

    private int LastRead(int value) => Math.Max(_lastRead.TryGetValue(value, out int read) ? read : 0, _made[value]);

    /// <summary>The end of the loop in which an operation is, or of what blocks take together with it.</summary>
    private int EndOf(int at) => _stage.Operations[at].Loop is Loop loop ? _loops[loop.Number].Last : _blocks[at].Last;
}
