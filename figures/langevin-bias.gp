set multiplot layout 1, 3 margins 0.08, 0.99, 0.15, 0.9 spacing 0.1
set logscale x
file = tables.'langevin-bias.tsv'
stats file using 'step' nooutput
set xrange [STATS_min / 1.3:STATS_max * 1.3]
set xtics (0.001, 0.002, 0.005, 0.01, 0.02)
set xlabel 'Langevin step η'
set key reverse Left

set offsets 0, 0, graph 0.05, graph 0.25
set ylabel 'posterior mean alignment' offset 1
set key bottom left
set title sprintf('off by %.0f standard errors …', abs(largest_z))
plot \
  exact_alignment with lines lc rgb vermilion lw 2 \
    title sprintf('exact: %.4f ± %.4f', exact_alignment, exact_error), \
  file using 'step':'alignment':'standard_error' with yerrorbars pt 7 lc rgb blue \
    title 'Langevin, ± s.e.', \
  file using 'step':'alignment' with lines lc rgb blue lw 0.7 notitle

set offsets 0, 0, graph 0.25, graph 0.05
set key top left
set ylabel 'diagnostics; 1 in equilibrium' offset 1.5
set title sprintf('… while R̂ reads %.3f', largest_rhat)
plot \
  1 with lines lc rgb grey dt 3 lw 1.5 notitle, \
  file using 'step':'virial' with linespoints pt 7 lc rgb vermilion lw 2 \
    title 'virial: sees it', \
  file using 'step':'rhat' with linespoints pt 5 lc rgb blue lw 2 \
    title 'split-R̂: does not'

set offsets 0, 0, 0, 0
set logscale y
set yrange [10:*]
set key top right
set ylabel 'gradients of one effective sample' offset 1.5
set title 'what each costs'
plot \
  exact_cost with lines lc rgb vermilion lw 2 \
    title sprintf('exact (HMC): %.0f', exact_cost), \
  file using 'step':'cost' with linespoints pt 7 lc rgb blue lw 2 title 'Langevin'
unset multiplot
