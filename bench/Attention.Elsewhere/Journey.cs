using System.Diagnostics;

namespace Attention.Elsewhere;

/// <summary>Publishes this program for other systems, runs it on them, and compares what it finds with what it finds here.</summary>
internal static class Journey
{
    /// <summary>The longest that a part may take: QEMU needs minutes for some.</summary>
    private static readonly TimeSpan s_limit = TimeSpan.FromMinutes(15);

    public static int Run(string[] names)
    {
        if (names.FirstOrDefault(name => !Array.Exists(Place.All, place => place.Name == name)) is string unknown)
        {
            Console.Error.WriteLine($"There is no '{unknown}'; expected {string.Join(", ", Place.All.Select(place => place.Name))}.");
            return 2;
        }

        Report here = Report.Of("here", () => new ProcessStartInfo(Environment.ProcessPath!));
        List<Report> there = [];
        foreach (Place place in Place.All.Where(place => names.Length == 0 || names.Contains(place.Name)))
        {
            if (place.Missing is string missing)
                Console.WriteLine($"{place.Name} is not run: this machine has no {missing}.");
            else
                there.Add(Report.Of(place.Name, Publish(place)));
        }

        return Tell(here, there) ? 0 : 1;
    }

    /// <summary>Gives how the program is started there.</summary>
    private static Func<ProcessStartInfo> Publish(Place place)
    {
        string folder = Path.Combine(Commands.Scratch, place.Rid);
        Commands.Run(Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", "publish", Commands.Project, "-c", "Release", "-r", place.Rid, "--self-contained", "-o", folder, "--nologo", "-v", "quiet");
        return () => place.Start(Path.Combine(folder, "Attention.Elsewhere"), Commands.Scratch);
    }

    /// <summary>Prints all, and says whether all is well.</summary>
    private static bool Tell(Report here, List<Report> there)
    {
        bool isWell = true;
        Console.WriteLine($"\n{"system",-9}{"instructions",-14}{"outputs",8}{"same",7}{"different",11}   words right");
        foreach (Report report in there)
        {
            foreach (IGrouping<string, (Finding There, Finding Here)> set in report.Findings.Join(here.Findings, there => (there.Set, there.Name), here => (here.Set, here.Name), (there, here) => (there, here))
                .Where(pair => pair.there.Set != "-" && pair.there.Bits.Length > 0 && pair.here.Bits.Length > 0).GroupBy(pair => pair.there.Set))
            {
                string[] different = [.. set.Where(pair => pair.There.Bits != pair.Here.Bits).Select(pair => pair.There.Name)];
                (int right, int of) = set.Where(pair => pair.There.Words > 0).Aggregate((0, 0), (sum, pair) => (sum.Item1 + pair.There.Right, sum.Item2 + pair.There.Words));
                Console.WriteLine($"{report.System,-9}{set.Key,-14}{set.Count(),8}{set.Count() - different.Length,7}{different.Length,11}   {right} of {of}");
                foreach (string name in different)
                    Console.WriteLine($"  differs: {name}");
                isWell &= different.Length == 0;
            }
        }

        Console.WriteLine($"\n{"system",-9}{"passed",8}{"failed",8}{"skipped",9}{"seconds",9}");
        foreach (Report report in (IEnumerable<Report>)[here, .. there])
        {
            Finding[] failed = [.. report.Findings.Where(finding => finding.Outcome == Outcome.Failed)];
            Console.WriteLine($"{report.System,-9}{report.Count(Outcome.Passed),8}{failed.Length,8}{report.Count(Outcome.Skipped),9}{report.Seconds,9:F0}");
            foreach (Finding finding in failed)
                Console.WriteLine($"  failed: {finding.Name}: {finding.Text}");
            foreach (string broken in report.Broken)
                Console.WriteLine($"  {broken}");
            isWell &= failed.Length == 0 && report.Broken.Length == 0;
        }

        return isWell;
    }

    /// <summary>What was found on a system, which parts did not come to their ends, and how long all took.</summary>
    private sealed record Report(string System, Finding[] Findings, string[] Broken, double Seconds)
    {
        public int Count(Outcome outcome) => Findings.Count(finding => finding.Outcome == outcome);

        /// <summary>Runs each part in a process of its own, so that none can bring down the others.</summary>
        public static Report Of(string system, Func<ProcessStartInfo> program)
        {
            Console.Error.WriteLine($"Running: {system}");
            long begin = Stopwatch.GetTimestamp();
            List<Finding> findings = [];
            List<string> broken = [];
            foreach (string part in Here.Parts)
            {
                string file = Path.Combine(Commands.Scratch, $"{system}-{part}.txt");
                File.Delete(file);
                ProcessStartInfo start = program();
                foreach (string argument in new[] { Here.Command, part, file })
                    start.ArgumentList.Add(argument);
                int code = Commands.Run(start, s_limit);
                Finding[] found = File.Exists(file) ? [.. File.ReadLines(file).Select(Finding.Parse).OfType<Finding>()] : [];
                findings.AddRange(found);
                if (code != 0 || found.Length == 0)
                    broken.Add($"{part} ended with {code} after {found.LastOrDefault()?.Name ?? "nothing"}");
            }

            return new(system, [.. findings], [.. broken], Stopwatch.GetElapsedTime(begin).TotalSeconds);
        }
    }
}
