namespace Attention.Bench;

/// <summary>A case and both sides of it. Outputs are compared first, then ours and each rival take turns.</summary>
/// <param name="Name">The case.</param>
/// <param name="Threads">How many threads each side has.</param>
/// <param name="Flops">Products of the projections and of attention at the true length, nothing else.</param>
/// <param name="Run">Runs ours; the result is how many milliseconds it took.</param>
/// <param name="Expected">What ours gives.</param>
/// <param name="Width">Channels of a row of it.</param>
/// <param name="Footprint">What ours holds in memory.</param>
/// <param name="Rivals">What ours is measured against.</param>
internal sealed record Contest(string Name, int Threads, double Flops, Func<double> Run, float[] Expected, int Width, Footprint Footprint, params IEnumerable<Rival> Rivals)
{
    /// <summary>Where the work is one row: the bytes of the weights that its products read, each once; else 0.</summary>
    public long RowBytes { get; init; }

    /// <summary>Measures the case; the second result says whether a candidate of every rival gives what ours gives.</summary>
    public (Result Result, bool Agrees) Measure(Setting setting)
    {
        var sides = new List<Side>();
        bool agrees = true;
        foreach (Rival rival in setting.Runtime is null ? [] : Rivals)
        {
            if (setting.Theirs.Do(() => rival.Fastest(setting.Runtime!, Expected, Width, setting.Verbose)) is var (peer, graph, error))
                sides.Add(new Side(rival.Name, peer, graph, error));
            else
                agrees = false;
        }

        var bandwidth = RowBytes > 0 ? new Bandwidth(RowBytes, Threads) : null;
        var mine = new List<double>();
        var peaks = new List<double>();
        var rates = new List<double>();
        long allocated = 0;
        OnnxRuntime.Settle();
        Timing.Burst(Run);
        for (int turn = 0; turn < setting.Turns; turn++)
        {
            const int milliseconds = 20;
            peaks.Add(Peak.Measure(milliseconds, Threads));
            if (bandwidth is not null)
                rates.Add(bandwidth.Measure());
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run();
            allocated = Math.Max(allocated, GC.GetAllocatedBytesForCurrentThread() - before);
            double[] here = Timing.Burst(Run);
            mine.AddRange(here);
            foreach (Side side in sides)
            {
                double[] there = setting.Theirs.Do(() => Timing.Burst(side.Peer.Run));
                side.Times.AddRange(there);
                side.Ratios.Add(Figures.Median(there) / Figures.Median(here));
                OnnxRuntime.Settle();
            }
        }

        foreach (Side side in sides)
            setting.Theirs.Do(side.Peer.Dispose);
        Side? best = sides.MinBy(side => side.Median);
        double median = Figures.Median(mine), rate = Flops / median / 1e6, peak = Figures.Median(peaks);
        double? memory = bandwidth is null ? null : Figures.Median(rates);
        return (new Result(
            Name, Threads, median, Figures.At(mine, 0.99), best?.Median, best is null ? null : Figures.At(best.Times, 0.99), best?.Ratio, best?.Graph, best?.Error,
            rate, peak, 100 * rate / peak, memory / 1e9, 100 * RowBytes / memory / (median / 1e3), allocated,
            Footprint.ArenaMb, Footprint.WeightsMb, Footprint.HugePagesMb > 0 ? "on" : "off", Footprint.HugePagesMb) { Rivals = sides.Count < 2 ? [] : [.. sides.Select(side => new RivalResult(side.Name, side.Median, side.Ratio, side.Error, side.Graph))] }, agrees);
    }

    /// <summary>A rival's fastest candidate and its turns.</summary>
    private sealed record Side(string Name, OnnxPeer Peer, string Graph, double Error)
    {
        public List<double> Times { get; } = [];

        public List<double> Ratios { get; } = [];

        public double Median => Figures.Median(Times);

        public double Ratio => Figures.Median(Ratios);
    }
}
