namespace Attention.Service;

/// <summary>The service beside the same one with ONNX Runtime, with one thread for each of two sessions, and with all threads for one.</summary>
internal static class Contest
{
    private const int Callers = 32, Crowd = 128, TextsOfCrowd = 16, Compared = 500;

    /// <summary>Measures and tells; 1 where something does not hold that has to.</summary>
    public static async Task<int> RunAsync(TimeSpan turn, int turns, int requests)
    {
        string folder = AppContext.BaseDirectory, self = Path.Combine(folder, "Attention.Service.dll"), cores = Environment.ProcessorCount.ToString();
        using Contender ours = Contender.Start("ours", Path.Combine(folder, "EmbeddingService.dll"));
        using Contender many = Contender.Start($"ONNX Runtime, {cores} x 1 thread", self, "serve", "1");
        using Contender one = Contender.Start($"ONNX Runtime, 1 x {cores} threads", self, "serve", cores, "--Embedding:Sessions=1");
        Contender[] services = [ours, many, one];
        Asked[] single = [.. Enumerable.Range(0, Texts.All.Length).Select(text => Texts.Ask(text))];
        Asked[] crowd = [.. Enumerable.Range(0, Texts.All.Length).Chunk(TextsOfCrowd).Where(texts => texts.Length == TextsOfCrowd).Select(Texts.Ask)];
        Load[] loads = [.. services.Select(service => new Load(service, single))];
        foreach (Load load in loads)
        {
            await load.RememberAsync(Enumerable.Range(0, Math.Min(Compared, Texts.All.Length)));
            await load.ClosedAsync(Callers, TimeSpan.FromSeconds(1));
        }
        Console.WriteLine($"{Texts.All.Length} sentences of this repository's pages, a request each, vectors as base64; {cores} processors, the load generator's among them; medians of {turns} turns of {turn.TotalSeconds} s");

        Outcome[][] full = await TurnsAsync(loads, turns, load => load.ClosedAsync(Callers, turn)), alone = await TurnsAsync(loads, turns, load => load.ClosedAsync(1, turn));
        double half = full.Min(outcomes => Median(outcomes, outcome => outcome.RequestsPerSecond)) / 2;
        Outcome[][] halves = await TurnsAsync(loads, turns, load => load.OpenAsync(half, turn));
        Console.WriteLine($"\n{"",-30}{$"{Callers} callers",22}{"one at a time",22}{$"{half:0} requests/s",22}{"other bits",13}");
        Console.WriteLine($"{"",-30}{"requests/s",11}{"tokens/s",11}{"p50 ms",11}{"p99 ms",11}{"p50 ms",11}{"p99 ms",11}{"under load",13}");
        for (int i = 0; i < services.Length; i++)
        {
            Console.WriteLine($"{services[i].Name,-30}{Median(full[i], it => it.RequestsPerSecond),11:0}{Median(full[i], it => it.TokensPerSecond),11:0}{Median(alone[i], it => it.Quantile(0.5)),11:0.00}{Median(alone[i], it => it.Quantile(0.99)),11:0.00}"
                + $"{Median(halves[i], it => it.Quantile(0.5)),11:0.00}{Median(halves[i], it => it.Quantile(0.99)),11:0.00}{full[i].Sum(it => it.Different),13}");
        }
        Console.WriteLine("ratios of each turn to ours: " + string.Join("; ", services.Skip(1).Select((service, i) =>
            $"{service.Name}: throughput {Ratio(full, i + 1, it => 1 / it.RequestsPerSecond):0.00}, one at a time {Ratio(alone, i + 1, it => it.Quantile(0.5)):0.00}, half load {Ratio(halves, i + 1, it => it.Quantile(0.5)):0.00}")));

        bool isWell = full[0].Sum(it => it.Different) == 0 && full.Concat(alone).Concat(halves).SelectMany(it => it).All(it => it.Answers.Keys.All(answer => answer == "200"));
        Outcome over = await new Load(ours, crowd).ClosedAsync(Crowd, turn);
        Console.WriteLine($"\noverload, {Crowd} callers with {TextsOfCrowd} texts each that ask again at once: {string.Join(", ", over.Answers.OrderBy(answer => answer.Key).Select(answer => $"{answer.Value} x {answer.Key}"))}; "
            + $"{over.TextsPerSecond:0} texts/s, answered within {over.Quantile(0.5):0} ms (p50), {over.Quantile(0.99):0} ms (p99)");
        isWell &= over.Answers.Keys.All(answer => answer is "200" or "429");
        return await MemoryAsync(ours, loads[0], requests) && isWell ? 0 : 1;
    }

    /// <summary>Whether memory stays where it is once the service is warm: what it has at the end is at most a tenth above what it had after the first fifth.</summary>
    private static async Task<bool> MemoryAsync(Contender service, Load load, int requests)
    {
        const int Parts = 10, Warm = 2;
        if (requests == 0) return true;
        double[] resident = new double[Parts + 1];
        resident[0] = service.ResidentMegabytes;
        bool isWell = true;
        for (int part = 1; part <= Parts; part++)
        {
            Outcome outcome = await load.ClosedAsync(Callers, TimeSpan.FromHours(1), requests / Parts);
            isWell &= outcome.Different == 0 && outcome.Answers.Keys.All(answer => answer == "200");
            resident[part] = service.ResidentMegabytes;
        }
        Console.WriteLine($"\nresident MB over {requests} requests more, a figure for each tenth: {string.Join(' ', resident.Select(value => value.ToString("0")))}");
        return isWell && resident[Parts] <= resident[Warm] * 1.1;
    }

    private static async Task<Outcome[][]> TurnsAsync(Load[] loads, int turns, Func<Load, Task<Outcome>> run)
    {
        Outcome[][] outcomes = [.. loads.Select(_ => new Outcome[turns])];
        for (int turn = 0; turn < turns; turn++)
        {
            for (int i = 0; i < loads.Length; i++) outcomes[i][turn] = await run(loads[i]);
        }
        return outcomes;
    }

    /// <summary>The median over the turns of what is longer with another than with ours.</summary>
    private static double Ratio(Outcome[][] outcomes, int other, Func<Outcome, double> time) => Middle(outcomes[other].Zip(outcomes[0], (theirs, ours) => time(theirs) / time(ours)));

    private static double Median(Outcome[] outcomes, Func<Outcome, double> figure) => Middle(outcomes.Select(figure));

    private static double Middle(IEnumerable<double> values)
    {
        double[] sorted = [.. values.Order()];
        return sorted[sorted.Length / 2];
    }
}
