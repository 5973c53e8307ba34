using System.Diagnostics;

namespace Attention.Bench;

/// <summary>A session of ONNX Runtime with all that a case runs on it.</summary>
/// <param name="Session">The session, ended with this.</param>
/// <param name="Bindings">What one run of the case runs, one after the other.</param>
/// <param name="Result">What the last run gave, in the order in which ours gives it.</param>
internal sealed record OnnxPeer(OnnxSession Session, OnnxBinding[] Bindings, Func<float[]> Result) : IDisposable
{
    /// <summary>Runs the case; the result is how many milliseconds it took.</summary>
    public double Run()
    {
        long start = Stopwatch.GetTimestamp();
        foreach (OnnxBinding binding in Bindings)
            binding.Run();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }

    public void Dispose() => Session.Dispose();
}

/// <summary>One way for ONNX Runtime to do a case's work.</summary>
internal sealed record Candidate(string Name, Func<OnnxRuntime, OnnxPeer> Open)
{
    /// <summary>A graph with every setting that may make it faster.</summary>
    /// <param name="name">The graph's name.</param>
    /// <param name="threads">More than one may spin while they wait.</param>
    /// <param name="oneRow">Products of one row may be faster with weights that are not packed.</param>
    /// <param name="build">Makes the graph, at most once.</param>
    /// <param name="bind">Binds the case's inputs and outputs.</param>
    public static IEnumerable<Candidate> Of(string name, int threads, bool oneRow, Func<OnnxGraph> build, Func<OnnxSession, OnnxPeer> bind)
    {
        var graph = new Lazy<OnnxGraph>(build);
        return
            from prepack in oneRow ? [true, false] : new[] { true }
            from spinning in threads == 1 ? [Spinning.Off] : Enum.GetValues<Spinning>()
            let settings = (prepack ? "" : " unpacked") + (threads == 1 ? "" : $" {spinning}")
            select new Candidate(name + settings, runtime => bind(runtime.Open(graph.Value.Model, threads, spinning, prepack)));
    }
}

/// <summary>What ours is measured against under one name: of the candidates, the one that a trial finds fastest.</summary>
/// <param name="Name">What is particular about it, in the fields' names; empty when a case has one rival.</param>
/// <param name="Candidates">The ways to do it.</param>
/// <param name="Tolerance">The largest relative error of a row with which a candidate still does the same work.</param>
internal sealed record Rival(string Name, IEnumerable<Candidate> Candidates, double Tolerance = Rival.FloatTolerance)
{
    public const double FloatTolerance = 1e-4;

    /// <summary>Between two ways of rounding weights and rows, one to eight bits, the other to seven or eight, over twelve layers of random weights.</summary>
    public const double Int8Tolerance = 0.1;

    /// <summary>
    /// Opens the fastest; null when none does the work. One that fails, or gives something else than ours, is named and
    /// left out.
    /// </summary>
    /// <returns>What to run, its name, and its largest error.</returns>
    public (OnnxPeer Peer, string Name, double Error)? Fastest(OnnxRuntime runtime, float[] expected, int width, bool verbose)
    {
        (OnnxPeer Peer, string Name, double Error)? best = null;
        double least = double.PositiveInfinity;
        foreach (Candidate candidate in Candidates)
        {
            OnnxRuntime.Settle();
            OnnxPeer? peer = null;
            try
            {
                peer = candidate.Open(runtime);
                peer.Run();
            }
            catch (OnnxRuntimeException e)
            {
                Console.Error.WriteLine($"  {candidate.Name}: {e.Message}");
                peer?.Dispose();
                continue;
            }

            double error = Timing.LargestError(expected, peer.Result(), width);
            double time = error < Tolerance ? Figures.Median(Timing.Burst(peer.Run, Timing.TrialMilliseconds)) : double.PositiveInfinity;
            if (verbose)
                Console.Error.WriteLine($"  {candidate.Name}: {time:F3} ms, error {error:E1}");
            else if (double.IsInfinity(time))
                Console.Error.WriteLine($"  {candidate.Name}: gives something else, error {error:E1}");
            if (time < least)
            {
                best?.Peer.Dispose();
                (best, least) = ((peer, candidate.Name, error), time);
            }
            else
            {
                peer.Dispose();
            }
        }

        return best;
    }
}
