namespace Attention.Generator.Planning;

/// <summary>A matrix in a session's memory.</summary>
/// <param name="Name">What it holds.</param>
/// <param name="Offset">Where it begins.</param>
/// <param name="Floats">How long it is.</param>
/// <param name="Shape">Its shape in words.</param>
/// <param name="Keeps">Whether it lives on between calls.</param>
internal sealed record PlannedBuffer(string Name, int Offset, int Floats, string Shape, bool Keeps);

/// <summary>
/// A session's memory: what is kept between calls first, the rest behind it, shared by all stages, since they never run at
/// once. The tracks are last, as many as a session has beams. Vectors may be read beyond the end of what they belong to.
/// </summary>
internal sealed class MemoryPlan
{
    private readonly List<PlannedBuffer> _buffers = [];
    private readonly List<PlannedBuffer> _tracks = [];
    private long _kept;
    private long _end;
    private long _track;

    /// <summary>Where the first track begins, once everything else has its place.</summary>
    public int TrackStart => checked((int)Math.Max(_kept, _end));

    /// <summary>Floats without the tracks.</summary>
    public int Floats => checked(TrackStart + Padding.WidestPanel);

    public int TrackFloats => checked((int)_track);

    public int KeptFloats => checked((int)_kept);

    public EquatableArray<PlannedBuffer> Buffers => _buffers.Concat(_tracks.Select(track => track with { Offset = checked(track.Offset + TrackStart) })).ToEquatableArray();

    /// <summary>A place that lives on between calls.</summary>
    public int Keep(string name, long floats, string shape) => Append(_buffers, ref _kept, name, floats, shape);

    /// <summary>A place in every track, counted from the track's beginning.</summary>
    public int KeepInTracks(string name, long floats, string shape) => Append(_tracks, ref _track, name, floats, shape);

    private static int Append(List<PlannedBuffer> buffers, ref long end, string name, long floats, string shape)
    {
        int offset = checked((int)end);
        end = checked((int)(end + Padding.Whole(floats)));
        buffers.Add(new PlannedBuffer(name, offset, checked((int)floats), shape, true));
        return offset;
    }

    /// <summary>The places of one stage's values that do not outlive a call, beginning behind all that is kept.</summary>
    public Transient OfStage() => new(this);

    /// <summary>First fit over the operations that a value lives through.</summary>
    internal sealed class Transient(MemoryPlan plan)
    {
        private readonly List<(int First, int Last, long Offset, long End)> _placed = [];

        public int Place(int first, int last, long floats, string name, string shape)
        {
            floats = Padding.Whole(floats);
            long offset = plan.KeptFloats;
            foreach ((int _, int _, long begin, long end) in _placed.Where(other => other.First <= last && first <= other.Last).OrderBy(other => other.Offset).ToArray())
            {
                if (offset + floats <= begin)
                    break;
                offset = Math.Max(offset, end);
            }

            _placed.Add((first, last, offset, offset + floats));
            plan._end = checked((int)Math.Max(plan._end, offset + floats));
            plan._buffers.Add(new PlannedBuffer(name, checked((int)offset), checked((int)floats), shape, false));
            return checked((int)offset);
        }
    }
}
