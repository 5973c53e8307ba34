using System.Diagnostics;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace EmbeddingCluster;

/// <summary>Shows jobs.</summary>
internal static class Screen
{
    private const int MostFailures = 10;

    private static readonly TimeSpan s_patience = TimeSpan.FromMinutes(2);

    public static JsonSerializerOptions Json { get; } = new() { WriteIndented = true, PropertyNamingPolicy = JsonNamingPolicy.CamelCase, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Shows a job's progress until its end, and then what came of it. The job does not depend on who looks.</summary>
    public static async Task<JobStatus> Follow(IJobGrain job, CancellationToken cancellation)
    {
        bool isTerminal = !Console.IsErrorRedirected;
        string shown = "";
        while (true)
        {
            JobStatus status = await Insist(job.Status, cancellation);
            string line = Line(status);
            if (line != shown) Console.Error.Write(isTerminal ? $"\r{line.PadRight(shown.Length)}" : line + Environment.NewLine);
            shown = line;
            if (status.Finished is not null)
            {
                if (isTerminal) Console.Error.WriteLine();
                Show(status);
                return status;
            }
            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
        }
    }

    /// <summary>
    /// Calls a grain until it answers. Where its silo has died, it does so on another one as soon as the others know of the death; a call may be made twice, which no call of the
    /// job minds.
    /// </summary>
    public static async Task<T> Insist<T>(Func<Task<T>> call, CancellationToken cancellation)
    {
        for (long start = Stopwatch.GetTimestamp(); ;)
        {
            try
            {
                return await call();
            }
            catch (Exception e) when (e is Orleans.Runtime.OrleansException or Orleans.Serialization.SerializerException or TimeoutException && Stopwatch.GetElapsedTime(start) < s_patience)
            {
                Console.Error.WriteLine($"the cluster does not answer, and is asked again: {e.Message.Split('\n')[0].Trim()}");
            }
            await Task.Delay(TimeSpan.FromSeconds(1), cancellation);
        }
    }

    /// <summary>Shows all of it.</summary>
    public static void Show(JobStatus status)
    {
        Console.Out.WriteLine(Line(status));
        if (status.Truncated > 0) Console.Out.WriteLine($"{status.Truncated} passages were longer than the model reads, and cut");
        if (status.Repeated > 0) Console.Out.WriteLine($"{status.Repeated} pieces were handed out once more, {status.Late} results came late");
        foreach (Failure failure in status.GivenUp) Console.Out.WriteLine($"given up: {failure.Message}");
        if (status.Failed > 0) Console.Out.WriteLine($"{status.Failed} passages have no vector:");
        foreach (Failure failure in status.Failures.Take(MostFailures)) Console.Out.WriteLine($"  byte {failure.Offset}: {failure.Message}");
        Console.Out.WriteLine($"{"silo",-24} {"pieces",8} {"passages",10} {"tokens",12} {"passages/s",11} {"tokens/s",10}");
        foreach (Share silo in status.Silos)
            Console.Out.WriteLine($"{silo.Silo,-24} {silo.Pieces,8} {silo.Passages,10} {silo.Tokens,12} {silo.PassagesPerSecond,11:0.0} {(silo.Passages == 0 ? 0 : silo.PassagesPerSecond * silo.Tokens / silo.Passages),10:0}");
    }

    private static string Line(JobStatus status)
    {
        int pieces = status.Request?.Pieces ?? 0;
        double share = pieces == 0 ? 1 : (double)status.Done / pieces, rate = status.Silos.Sum(silo => silo.PassagesPerSecond);
        string end = status.Finished is DateTime finished ? $"finished after {(finished - status.Submitted).TotalSeconds:0.0} s" : $"{status.Leased} under way";
        return $"{100 * share,3:0} %  {status.Done} of {pieces} pieces, {status.Passages} passages, {rate:0.0} a second, {end}";
    }
}
