# Unadjusted Langevin dynamics against its step: mean alignment, virial and R-hat, cost.
set multiplot layout 1, 3
set lmargin 8
set logscale x
file = tables.'langevin-bias.tsv'
stats file using 'step' nooutput
set xrange [STATS_min / 1.2:STATS_max * 1.2]
set xtics (0.001, 0.002, 0.005, 0.01, 0.02)
set xlabel 'Langevin step η'

set offsets 0, 0, graph 0.1, graph 0.1
set ylabel 'posterior mean alignment'
set key bottom left reverse Left
plot \
  exact_alignment with lines lc rgb vermilion lw 2 \
    title sprintf('exact: %.4f ± %.4f', exact_alignment, exact_error), \
  file using 'step':'alignment':'standard_error' with yerrorbars pt 7 lc rgb blue \
    title 'Langevin, ± Monte Carlo s.e.', \
  file using 'step':'alignment' with lines lc rgb blue lw 0.7 notitle

set key top left reverse Left
set ylabel 'what the diagnostics say'
plot \
  1 with lines lc rgb grey dt 3 lw 1.5 notitle, \
  file using 'step':'virial' with linespoints pt 7 lc rgb vermilion lw 2 \
    title 'virial ⟨θ·∇U⟩/n: sees the bias', \
  file using 'step':'rhat' with linespoints pt 5 lc rgb blue lw 2 \
    title 'split-R̂: does not'

set logscale y
set key top right
set ylabel 'gradients of one effective sample'
plot \
  exact_cost with lines lc rgb vermilion lw 2 \
    title sprintf('exact: HMC, %.0f', exact_cost), \
  file using 'step':'cost' with linespoints pt 7 lc rgb blue lw 2 title 'Langevin'
unset multiplot
